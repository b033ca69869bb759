package dev.vcsnap.inventory;

import dev.vcsnap.vim.GuestInfo;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualMachineCapability;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSummary;
import dev.vcsnap.vim.VirtualMachineConnectionState;
import dev.vcsnap.vim.VirtualMachineFaultToleranceState;
import dev.vcsnap.vim.VirtualMachineGuestSummary;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineQuickStats;
import dev.vcsnap.vim.VirtualMachineRecordReplayState;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import dev.vcsnap.vim.VirtualMachineStorageSummary;
import dev.vcsnap.vim.VirtualMachineSummary;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes what the API says of a machine besides its configuration: run-time state, capabilities,
 * summary.
 */
final class VmRuntimeProjection {

  private VmRuntimeProjection() {}

  static VirtualMachineRuntimeInfo runtime(
      ManagedObjectReference host,
      VirtualMachinePowerState power,
      @Nullable Instant bootTime,
      boolean consolidationNeeded) {
    var runtime = new VirtualMachineRuntimeInfo();
    runtime.host = host;
    runtime.connectionState = VirtualMachineConnectionState.connected;
    runtime.powerState = power;
    runtime.vmFailoverInProgress = false;
    runtime.faultToleranceState = VirtualMachineFaultToleranceState.notConfigured;
    runtime.toolsInstallerMounted = false;
    runtime.bootTime = power == VirtualMachinePowerState.poweredOff ? null : bootTime;
    runtime.suspendInterval = 0L;
    runtime.maxCpuUsage = 2000;
    runtime.maxMemoryUsage = 32;
    runtime.numMksConnections = 0;
    runtime.recordReplayState = VirtualMachineRecordReplayState.inactive;
    runtime.cleanPowerOff = power == VirtualMachinePowerState.poweredOff ? true : null;
    runtime.onlineStandby = false;
    runtime.consolidationNeeded = consolidationNeeded;
    runtime.paused = false;
    runtime.snapshotInBackground = false;
    runtime.quiescedForkParent = false;
    runtime.instantCloneFrozen = false;
    runtime.suspendedToMemory = false;
    return runtime;
  }

  /** What is known of a machine whose files cannot be used: it does not run. */
  static VirtualMachineRuntimeInfo unopenedRuntime(
      ManagedObjectReference host, VirtualMachineConnectionState state) {
    VirtualMachineRuntimeInfo runtime =
        runtime(host, VirtualMachinePowerState.poweredOff, null, false);
    runtime.connectionState = state;
    runtime.cleanPowerOff = null;
    runtime.maxCpuUsage = null;
    runtime.maxMemoryUsage = null;
    return runtime;
  }

  /** The summary of such a machine: nothing but what its registration says. */
  static VirtualMachineSummary unopenedSummary(
      UnopenedMachine machine, VirtualMachineRuntimeInfo runtime) {
    var summary = new VirtualMachineSummary();
    summary.vm = machine.object().reference();
    summary.runtime = runtime;
    summary.config = new VirtualMachineConfigSummary();
    summary.config.name = machine.name();
    summary.config.template = machine.isTemplate();
    summary.config.vmPathName = machine.configPath().toString();
    summary.quickStats = new VirtualMachineQuickStats();
    summary.quickStats.guestHeartbeatStatus = ManagedEntityStatus.gray;
    summary.overallStatus = ManagedEntityStatus.green;
    return summary;
  }

  /**
   * What a machine can.
   *
   * @param hardware the number of its version; change tracking came with 7 (rule C1)
   */
  static VirtualMachineCapability capability(int hardware) {
    var capability = new VirtualMachineCapability();
    capability.snapshotOperationsSupported = true;
    capability.multipleSnapshotsSupported = true;
    capability.snapshotConfigSupported = true;
    capability.poweredOffSnapshotsSupported = true;
    capability.memorySnapshotsSupported = true;
    capability.revertToSnapshotSupported = true;
    capability.quiescedSnapshotsSupported = true;
    capability.disableSnapshotsSupported = true;
    capability.lockSnapshotsSupported = true;
    capability.consolePreferencesSupported = false;
    capability.bootOptionsSupported = true;
    capability.changeTrackingSupported = hardware >= 7;
    capability.multipleCoresPerSocketSupported = true;
    capability.diskSharesSupported = true;
    capability.seSparseDiskSupported = true;
    capability.diskOnlySnapshotOnSuspendedVMSupported = true;
    return capability;
  }

  static VirtualMachineSummary summary(
      ManagedObjectReference machine,
      VirtualMachineConfigInfo config,
      VirtualMachineRuntimeInfo runtime,
      GuestInfo guest,
      VirtualMachineStorageSummary storage) {
    var summary = new VirtualMachineSummary();
    summary.vm = machine;
    summary.runtime = runtime;
    summary.guest = guestSummary(config, guest);
    summary.config = configSummary(config);
    summary.storage = storage;
    summary.quickStats = new VirtualMachineQuickStats();
    summary.quickStats.guestHeartbeatStatus = VmGuestProjection.heartbeat(guest);
    summary.quickStats.overallCpuUsage = 0;
    summary.quickStats.guestMemoryUsage = 0;
    summary.quickStats.hostMemoryUsage = 0;
    summary.overallStatus = ManagedEntityStatus.green;
    return summary;
  }

  private static VirtualMachineGuestSummary guestSummary(
      VirtualMachineConfigInfo config, GuestInfo guest) {
    var summary = new VirtualMachineGuestSummary();
    summary.guestId = config.guestId;
    summary.guestFullName = config.guestFullName;
    summary.toolsStatus = guest.toolsStatus;
    summary.toolsVersionStatus = guest.toolsVersionStatus;
    summary.toolsVersionStatus2 = guest.toolsVersionStatus2;
    summary.toolsRunningStatus = guest.toolsRunningStatus;
    summary.hostName = guest.hostName;
    summary.ipAddress = guest.ipAddress;
    return summary;
  }

  private static VirtualMachineConfigSummary configSummary(VirtualMachineConfigInfo config) {
    var summary = new VirtualMachineConfigSummary();
    summary.name = config.name;
    summary.template = config.template;
    summary.vmPathName = config.files.vmPathName;
    summary.memorySizeMB = config.hardware.memoryMB;
    summary.cpuReservation = 0;
    summary.memoryReservation = 0;
    summary.numCpu = config.hardware.numCPU;
    summary.numEthernetCards = count(config, VirtualEthernetCard.class);
    summary.numVirtualDisks = count(config, VirtualDisk.class);
    summary.uuid = config.uuid;
    summary.instanceUuid = config.instanceUuid;
    summary.guestId = config.guestId;
    summary.guestFullName = config.guestFullName;
    summary.annotation = config.annotation;
    summary.hwVersion = config.version;
    return summary;
  }

  private static int count(VirtualMachineConfigInfo config, Class<?> kind) {
    return (int) config.hardware.device.stream().filter(kind::isInstance).count();
  }
}
