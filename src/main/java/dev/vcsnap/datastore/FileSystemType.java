package dev.vcsnap.datastore;

import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import java.util.Arrays;
import java.util.Optional;

/**
 * The kind of volume that a datastore appears as. It decides which deltas its disks get, as on a
 * real host.
 *
 * <pre>
 *   volume   disk             delta
 *   VMFS 6   any              SE_SPARSE
 *   VMFS 5   under 2 TiB      VMFS_SPARSE
 *   VMFS 5   2 TiB and more   SE_SPARSE
 *   NFS      under 2 TiB      VMFS_SPARSE
 *   NFS      2 TiB and more   none (rule F6)
 * </pre>
 */
public enum FileSystemType {
  VMFS6,
  VMFS5,
  NFS;

  /** From here on a vmfsSparse delta cannot say where its grains are. */
  private static final long VMFS_SPARSE_BYTES_END = 2L << 40;

  /** The kind of delta that a disk of that size gets; empty if none can hold it. */
  public Optional<DeltaKind> deltaFor(long diskBytes) {
    boolean large = diskBytes >= VMFS_SPARSE_BYTES_END;
    return switch (this) {
      case VMFS6 -> Optional.of(DeltaKind.SE_SPARSE);
      case VMFS5 -> Optional.of(large ? DeltaKind.SE_SPARSE : DeltaKind.VMFS_SPARSE);
      case NFS -> large ? Optional.empty() : Optional.of(DeltaKind.VMFS_SPARSE);
    };
  }

  /** The kind of delta that a descriptor describes; empty for a base. */
  public static Optional<DeltaKind> deltaKindOf(Descriptor descriptor) {
    return Arrays.stream(DeltaKind.values())
        .filter(kind -> descriptor.hasParent() && kind.createType().equals(descriptor.createType()))
        .findFirst();
  }

  public boolean isVmfs() {
    return this != NFS;
  }

  /** What {@code summary.type} says. */
  public String wireName() {
    return isVmfs() ? "VMFS" : "NFS";
  }
}
