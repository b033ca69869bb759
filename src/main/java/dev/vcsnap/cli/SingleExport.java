package dev.vcsnap.cli;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.lease.DiskExport;
import dev.vcsnap.lease.DiskExports;
import java.util.List;

/**
 * One disk as all there is to export: by its name, and by the empty name that clients use when they
 * are told none. The disk stays open between clients.
 *
 * @param name the disk's name
 * @param device the disk, which its owner closes
 * @param readOnly whether writes are refused
 */
record SingleExport(String name, BlockDevice device, boolean readOnly) implements DiskExports {

  @Override
  public List<String> names() {
    return List.of("", name);
  }

  @Override
  public DiskExport open(String wanted) {
    if (!names().contains(wanted)) {
      throw new BlockError(
          BlockError.Kind.NOT_FOUND, "no export '%s'; there is '%s'".formatted(wanted, name));
    }
    return new Hold(name, device, readOnly);
  }

  /** A client's hold, with nothing that would have to be given back. */
  private record Hold(String name, BlockDevice device, boolean readOnly) implements DiskExport {
    @Override
    public void close() {
      // The disk is shared by all clients and closed when the server ends.
    }
  }
}
