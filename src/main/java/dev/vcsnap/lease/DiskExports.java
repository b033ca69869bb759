package dev.vcsnap.lease;

import java.util.List;

/**
 * The disks that may be opened by name from outside: running disks and the frozen disks of
 * snapshots.
 */
public interface DiskExports {

  /**
   * Every name that {@link #open} takes at this moment, e.g. {@code
   * DC0_H0_VM0/scsi0:0@snapshot-62-1}.
   */
  List<String> names();

  /**
   * Opens a disk for one client.
   *
   * @throws dev.vcsnap.disk.block.BlockError NOT_FOUND for a name that is not offered, LOCKED while
   *     another operation has the disk to itself
   */
  DiskExport open(String name);
}
