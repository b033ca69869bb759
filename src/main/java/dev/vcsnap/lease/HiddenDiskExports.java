package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockError;
import java.util.List;

/** No export at all: where disks are to be had through leases only. */
final class HiddenDiskExports implements DiskExports {

  @Override
  public List<String> names() {
    return List.of();
  }

  @Override
  public DiskExport open(String name) {
    throw new BlockError(
        BlockError.Kind.NOT_FOUND,
        "No disk is exported as '%s'; a lease has names of the form nfc/<ticket>/<file>"
            .formatted(name));
  }
}
