package dev.vcsnap.inventory;

import dev.vcsnap.vim.ClusterComputeResourceSummary;
import dev.vcsnap.vim.ClusterConfigInfo;
import dev.vcsnap.vim.ClusterConfigInfoEx;
import dev.vcsnap.vim.ClusterDasConfigInfo;
import dev.vcsnap.vim.ClusterDrsConfigInfo;
import dev.vcsnap.vim.ComputeResourceConfigInfo;
import dev.vcsnap.vim.ComputeResourceSummary;
import dev.vcsnap.vim.DrsBehavior;
import dev.vcsnap.vim.ManagedEntityStatus;
import java.util.List;

/** Shows a compute resource: a host by itself, or a cluster of hosts that are all alike. */
final class ComputeProjection {

  private static final String SWAP_PLACEMENT = "vmDirectory";

  private final HostHardware hardware;

  ComputeProjection(HostHardware hardware) {
    this.hardware = hardware;
  }

  void fillStandalone(Draft compute) {
    var configuration = new ComputeResourceConfigInfo();
    configuration.vmSwapPlacement = SWAP_PLACEMENT;
    configuration.spbmEnabled = false;
    compute
        .set("summary", total(new ComputeResourceSummary(), 1))
        .set("configurationEx", configuration);
  }

  void fillCluster(Draft cluster, int hosts) {
    var summary = new ClusterComputeResourceSummary();
    total(summary, hosts);
    var configuration = new ClusterConfigInfo();
    configuration.dasConfig = availability();
    configuration.drsConfig = scheduling();
    var extended = new ClusterConfigInfoEx();
    extended.vmSwapPlacement = SWAP_PLACEMENT;
    extended.spbmEnabled = false;
    extended.dasConfig = configuration.dasConfig;
    extended.drsConfig = configuration.drsConfig;
    cluster
        .set("summary", summary)
        .set("summaryEx", summary)
        .set("configuration", configuration)
        .set("configurationEx", extended);
    for (String list :
        List.of(
            "recommendation",
            "drsRecommendation",
            "migrationHistory",
            "actionHistory",
            "drsFault")) {
      cluster.set(list, List.of());
    }
  }

  private ComputeResourceSummary total(ComputeResourceSummary summary, int hosts) {
    summary.totalCpu = hosts * hardware.cores() * hardware.megahertz();
    summary.totalMemory = hosts * hardware.memoryBytes();
    summary.numCpuCores = (short) (hosts * hardware.cores());
    summary.numCpuThreads = (short) (hosts * hardware.threads());
    summary.effectiveCpu = summary.totalCpu;
    summary.effectiveMemory = hosts * hardware.memoryMegabytes();
    summary.numHosts = hosts;
    summary.numEffectiveHosts = hosts;
    summary.overallStatus = ManagedEntityStatus.green;
    return summary;
  }

  /** Nothing restarts a machine elsewhere. */
  private static ClusterDasConfigInfo availability() {
    var das = new ClusterDasConfigInfo();
    das.enabled = false;
    das.vmMonitoring = "vmMonitoringDisabled";
    das.hostMonitoring = "enabled";
    das.failoverLevel = 0;
    das.admissionControlEnabled = false;
    return das;
  }

  /** Nothing moves a machine by itself. */
  private static ClusterDrsConfigInfo scheduling() {
    var drs = new ClusterDrsConfigInfo();
    drs.enabled = false;
    drs.enableVmBehaviorOverrides = true;
    drs.defaultVmBehavior = DrsBehavior.manual;
    drs.vmotionRate = 3;
    return drs;
  }
}
