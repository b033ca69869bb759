package dev.vcsnap.guest.qga;

import dev.vcsnap.vim.GuestDiskInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The file systems of a guest, as {@code guest-get-fsinfo} lists them.
 *
 * @param disks as clients see them
 * @param freezable how many of them can be frozen, each device once
 */
record FileSystems(List<GuestDiskInfo> disks, int freezable) {

  private static final int COUNT_MAX = 256;

  /** Kinds that are known to take part in a freeze; others are skipped by the guest's kernel. */
  private static final Set<String> FREEZABLE =
      Set.of(
          "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "gfs2", "jfs", "nilfs2", "NTFS", "ReFS");

  static FileSystems parse(JsonNode list) {
    List<GuestDiskInfo> disks = new ArrayList<>();
    Set<String> devices = new HashSet<>();
    for (JsonNode entry : list) {
      if (disks.size() == COUNT_MAX) {
        break;
      }
      var disk = new GuestDiskInfo();
      disk.diskPath = QgaChannel.cut(entry.path("mountpoint").asString(""));
      disk.capacity = Math.max(0, entry.path("total-bytes").asLong(0));
      disk.freeSpace = Math.max(0, disk.capacity - entry.path("used-bytes").asLong(0));
      disk.filesystemType = QgaChannel.cut(entry.path("type").asString(""));
      disks.add(disk);
      if (FREEZABLE.contains(disk.filesystemType)) {
        devices.add(entry.path("name").asString(""));
      }
    }
    return new FileSystems(List.copyOf(disks), devices.size());
  }
}
