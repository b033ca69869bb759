package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.SharesInfo;
import dev.vcsnap.vim.SharesLevel;
import dev.vcsnap.vim.StorageIOAllocationInfo;
import dev.vcsnap.vim.VirtualDisk;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A disk's share of its datastore's throughput, as {@code sched.scsi0:0.shares} and {@code
 * .throughputCap} hold it. It is kept for clients; nothing is slowed down by it.
 */
final class IoShares {

  private static final int NORMAL = 1000;
  private static final long UNLIMITED = -1;

  private static final Map<SharesLevel, Integer> LEVELS =
      Map.of(SharesLevel.low, 500, SharesLevel.normal, NORMAL, SharesLevel.high, 2000);

  private IoShares() {}

  static void put(DeviceChange change, String node, VirtualDisk disk) {
    StorageIOAllocationInfo allocation = disk.storageIOAllocation;
    SharesInfo shares =
        allocation != null && allocation.shares != null ? allocation.shares : disk.shares;
    String prefix = "sched." + node;
    if (shares != null && shares.level != null) {
      change
          .vmx()
          .put(
              prefix + ".shares",
              shares.level == SharesLevel.custom
                  ? Integer.toString(shares.shares)
                  : shares.level.name());
    }
    if (allocation != null && allocation.limit != null) {
      change
          .vmx()
          .put(
              prefix + ".throughputCap",
              allocation.limit == UNLIMITED ? "off" : Long.toString(allocation.limit));
    }
  }

  static void show(Vmx vmx, String node, VirtualDisk disk) {
    SharesInfo shares = sharesOf(vmx.get("sched." + node + ".shares").orElse(""));
    disk.shares = shares;
    disk.storageIOAllocation = new StorageIOAllocationInfo();
    disk.storageIOAllocation.limit =
        number(vmx.get("sched." + node + ".throughputCap").orElse(null), UNLIMITED);
    disk.storageIOAllocation.shares = shares;
    disk.storageIOAllocation.reservation = 0;
  }

  private static SharesInfo sharesOf(String text) {
    var info = new SharesInfo();
    info.level = SharesLevel.TYPE.valueOf(text) instanceof SharesLevel level ? level : null;
    if (info.level == null) {
      info.shares = (int) number(text, NORMAL);
      info.level = info.shares == NORMAL ? SharesLevel.normal : SharesLevel.custom;
    } else {
      info.shares = LEVELS.getOrDefault(info.level, NORMAL);
    }
    return info;
  }

  private static long number(@Nullable String text, long fallback) {
    return text != null && text.matches("\\d{1,9}") ? Long.parseLong(text) : fallback;
  }
}
