package dev.vcsnap.bench;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.lease.DiskExport;
import dev.vcsnap.lease.DiskExports;
import java.util.List;

/** One disk under the empty name. */
record OneDisk(BlockDevice device) implements DiskExports, DiskExport {

  @Override
  public List<String> names() {
    return List.of("");
  }

  @Override
  public DiskExport open(String name) {
    return this;
  }

  @Override
  public String name() {
    return "";
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void close() {
    // The program closes the disk.
  }
}
