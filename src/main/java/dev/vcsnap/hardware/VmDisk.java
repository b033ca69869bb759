package dev.vcsnap.hardware;

import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.disk.vmdk.DeltaKind;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual machine's device list says about one disk: where it hangs, and the links behind
 * it.
 *
 * @param node the place on the bus as .vmx keys spell it, e.g. {@code scsi0:0}
 * @param uuid the disk's own UUID
 * @param capacityBytes its size
 * @param mode e.g. {@code persistent} or {@code independent_persistent}
 * @param thin true if the base was made thin
 * @param links the chain, base first, the link that the machine or snapshot names last
 */
public record VmDisk(
    String node, UUID uuid, long capacityBytes, String mode, boolean thin, List<Link> links) {

  /**
   * One link of the chain.
   *
   * @param fileName the descriptor as {@code [ds] dir/name.vmdk}
   * @param contentId the CID, 8 hexadecimal digits
   * @param changeId the change id, or null if the link is not tracked
   * @param delta what it is kept as, or null for the base
   */
  public record Link(
      String fileName, String contentId, @Nullable String changeId, @Nullable Delta delta) {}

  /**
   * How backings describe a delta (part F).
   *
   * @param format {@code seSparseFormat} or {@code redoLogFormat}
   * @param grainKilobytes null where grains are smaller than that
   * @param variant null unless the format has several
   */
  public record Delta(String format, @Nullable Integer grainKilobytes, @Nullable String variant) {

    /** How a kind of delta is described on a volume. */
    public static Delta of(DeltaKind kind, FileSystemType volume) {
      return switch (kind) {
        case SE_SPARSE -> new Delta("seSparseFormat", 4, null);
        case VMFS_SPARSE ->
            new Delta("redoLogFormat", null, volume.isVmfs() ? "vmfsSparseVariant" : null);
      };
    }
  }
}
