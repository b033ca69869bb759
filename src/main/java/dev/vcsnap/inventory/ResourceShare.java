package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ResourceAllocationInfo;
import dev.vcsnap.vim.SharesInfo;
import dev.vcsnap.vim.SharesLevel;
import org.jspecify.annotations.Nullable;

/**
 * What a machine is promised of the processors or of the memory, as its .vmx keeps it: a
 * reservation, a limit, and shares.
 */
enum ResourceShare {
  CPU("sched.cpu", "cpuAllocation", 1_000),
  MEMORY("sched.mem", "memoryAllocation", 10);

  private static final long UNLIMITED = -1;
  private static final int SHARES_MAX = 1_000_000;

  private final String prefix;
  private final String member;
  private final int normal;

  /**
   * @param prefix of the keys
   * @param member of a specification
   * @param normal the shares of one processor or one megabyte at the level {@code normal}
   */
  ResourceShare(String prefix, String member, int normal) {
    this.prefix = prefix;
    this.member = member;
    this.normal = normal;
  }

  /**
   * What the file says.
   *
   * @param amount processors, or megabytes
   */
  ResourceAllocationInfo show(Vmx vmx, long amount) {
    var allocation = new ResourceAllocationInfo();
    allocation.reservation = (long) VmxKeys.integer(vmx, prefix + ".min", 0);
    allocation.expandableReservation = false;
    allocation.limit = (long) VmxKeys.integer(vmx, prefix + ".max", (int) UNLIMITED);
    allocation.shares = new SharesInfo();
    String shares = vmx.get(prefix + ".shares").orElse("normal");
    allocation.shares.level =
        switch (shares) {
          case "low" -> SharesLevel.low;
          case "normal" -> SharesLevel.normal;
          case "high" -> SharesLevel.high;
          default -> SharesLevel.custom;
        };
    long atNormal = amount * normal;
    allocation.shares.shares =
        (int)
            switch (allocation.shares.level) {
              case low -> atNormal / 2;
              case normal -> atNormal;
              case high -> atNormal * 2;
              case custom -> VmxKeys.integer(vmx, prefix + ".shares", (int) atNormal);
            };
    return allocation;
  }

  /**
   * Notes what a specification wants.
   *
   * @throws dev.vcsnap.vim.VimException InvalidArgument for a value out of range
   */
  void apply(Vmx vmx, @Nullable ResourceAllocationInfo wanted) {
    if (wanted == null) {
      return;
    }
    if (wanted.reservation != null) {
      require(wanted.reservation >= 0 && wanted.reservation <= Integer.MAX_VALUE, "reservation");
      vmx.putNumber(prefix + ".min", wanted.reservation);
    }
    if (wanted.limit != null) {
      require(wanted.limit >= UNLIMITED && wanted.limit <= Integer.MAX_VALUE, "limit");
      if (wanted.limit == UNLIMITED) {
        vmx.remove(prefix + ".max");
      } else {
        vmx.putNumber(prefix + ".max", wanted.limit);
      }
    }
    int limit = VmxKeys.integer(vmx, prefix + ".max", (int) UNLIMITED);
    require(limit == UNLIMITED || VmxKeys.integer(vmx, prefix + ".min", 0) <= limit, "limit");
    if (wanted.shares != null && wanted.shares.level != null) {
      if (wanted.shares.level == SharesLevel.custom) {
        require(wanted.shares.shares >= 0 && wanted.shares.shares <= SHARES_MAX, "shares.shares");
        vmx.putNumber(prefix + ".shares", wanted.shares.shares);
      } else {
        vmx.put(prefix + ".shares", wanted.shares.level.name());
      }
    }
  }

  private void require(boolean right, String what) {
    if (!right) {
      throw Faults.invalidArgument("configSpec." + member + "." + what);
    }
  }
}
