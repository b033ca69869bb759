package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Offers, beside other exports, the disks of leases by the end of their addresses: {@code
 * nfc/<ticket>/disk-0.vmdk} is the disk behind that address, as plain bytes and read-only, for as
 * long as the lease is held.
 *
 * <p>The ticket is the proof that its bearer logged in and may export, so these names are in no
 * list.
 */
final class LeasedDiskExports implements DiskExports {

  private static final Pattern NAME = Pattern.compile("nfc/(?<ticket>[^/]+)/(?<file>[^/:]+)");

  private final Leases leases;
  private final DiskExports others;

  LeasedDiskExports(Leases leases, DiskExports others) {
    this.leases = leases;
    this.others = others;
  }

  @Override
  public List<String> names() {
    return others.names();
  }

  @Override
  public DiskExport open(String name) {
    Matcher leased = NAME.matcher(name);
    if (!leased.matches()) {
      return others.open(name);
    }
    Optional<BlockDevice> disk =
        leases.file(leased.group("ticket"), leased.group("file")).flatMap(LeasedDiskExports::disk);
    // A machine's name may look like an address.
    return disk.isPresent() ? new Export(name, disk.get()) : others.open(name);
  }

  private static Optional<BlockDevice> disk(LeasedFile file) {
    return file instanceof ExportedFile exported ? exported.disk() : Optional.empty();
  }

  /** The disk belongs to the lease and not to the client. */
  private record Export(String name, BlockDevice device) implements DiskExport {

    @Override
    public boolean readOnly() {
      return true;
    }

    @Override
    public void close() {}
  }
}
