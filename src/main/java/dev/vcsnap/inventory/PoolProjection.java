package dev.vcsnap.inventory;

import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ResourceAllocationInfo;
import dev.vcsnap.vim.ResourceConfigSpec;
import dev.vcsnap.vim.ResourcePoolQuickStats;
import dev.vcsnap.vim.ResourcePoolResourceUsage;
import dev.vcsnap.vim.ResourcePoolRuntimeInfo;
import dev.vcsnap.vim.ResourcePoolSummary;
import dev.vcsnap.vim.SharesInfo;
import dev.vcsnap.vim.SharesLevel;
import java.util.List;

/** Shows a root resource pool: all that its hosts have, and nothing taken. */
final class PoolProjection {

  private static final int CPU_SHARES = 4_000;
  private static final int MEMORY_SHARES = 163_840;

  private final long megahertz;
  private final long memoryMegabytes;

  /** For the pool of so many hosts of one kind. */
  PoolProjection(HostHardware hardware, int hosts) {
    this.megahertz = (long) hosts * hardware.cores() * hardware.megahertz();
    this.memoryMegabytes = hosts * hardware.memoryMegabytes();
  }

  void fill(Draft pool, String name, ManagedObjectReference owner) {
    ResourceConfigSpec config = config(pool.reference());
    ResourcePoolRuntimeInfo runtime = runtime();
    var summary = new ResourcePoolSummary();
    summary.name = name;
    summary.config = config;
    summary.runtime = runtime;
    summary.quickStats = new ResourcePoolQuickStats();
    summary.configuredMemoryMB = 0;
    pool.set("config", config)
        .set("runtime", runtime)
        .set("summary", summary)
        .set("owner", owner)
        .set("resourcePool", List.of())
        .set("vm", List.of())
        .set("childConfiguration", List.of());
  }

  private ResourceConfigSpec config(ManagedObjectReference pool) {
    var config = new ResourceConfigSpec();
    config.entity = pool;
    config.cpuAllocation = allocation(megahertz, CPU_SHARES);
    config.memoryAllocation = allocation(memoryMegabytes, MEMORY_SHARES);
    return config;
  }

  private ResourcePoolRuntimeInfo runtime() {
    var runtime = new ResourcePoolRuntimeInfo();
    runtime.cpu = usage(megahertz);
    runtime.memory = usage(memoryMegabytes << 20);
    runtime.overallStatus = ManagedEntityStatus.green;
    return runtime;
  }

  private static ResourceAllocationInfo allocation(long amount, int shares) {
    var allocation = new ResourceAllocationInfo();
    allocation.reservation = amount;
    allocation.expandableReservation = true;
    allocation.limit = amount;
    allocation.shares = new SharesInfo();
    allocation.shares.level = SharesLevel.normal;
    allocation.shares.shares = shares;
    return allocation;
  }

  private static ResourcePoolResourceUsage usage(long amount) {
    var usage = new ResourcePoolResourceUsage();
    usage.unreservedForPool = amount;
    usage.unreservedForVm = amount;
    usage.maxUsage = amount;
    return usage;
  }
}
