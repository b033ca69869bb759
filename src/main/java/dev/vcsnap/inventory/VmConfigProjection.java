package dev.vcsnap.inventory;

import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.LatencySensitivity;
import dev.vcsnap.vim.LatencySensitivitySensitivityLevel;
import dev.vcsnap.vim.ManagedByInfo;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.ToolsConfigInfo;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualHardware;
import dev.vcsnap.vim.VirtualMachineAffinityInfo;
import dev.vcsnap.vim.VirtualMachineBootOptions;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigInfoDatastoreUrlPair;
import dev.vcsnap.vim.VirtualMachineDefaultPowerOpInfo;
import dev.vcsnap.vim.VirtualMachineFileInfo;
import dev.vcsnap.vim.VirtualMachineFlagInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a .vmx into {@code VirtualMachineConfigInfo}: the machine's own, or the one that a snapshot
 * froze.
 *
 * <p>Backup programs rebuild a machine from this object, so everything that a create specification
 * needs is filled.
 */
final class VmConfigProjection {

  private final String datastoreName;
  private final String datastoreUrl;

  VmConfigProjection(String datastoreName, String datastoreUrl) {
    this.datastoreName = datastoreName;
    this.datastoreUrl = datastoreUrl;
  }

  VirtualMachineConfigInfo project(
      Vmx vmx, String vmxPath, Instant modified, List<VirtualDevice> devices) {
    var config = new VirtualMachineConfigInfo();
    config.changeVersion = modified.toString();
    config.modified = modified;
    config.createDate = Instant.parse(vmx.get(VmxKeys.CREATE_DATE).orElse("1970-01-01T00:00:00Z"));
    config.name = VmxKeys.displayName(vmx);
    config.guestId = VmxKeys.guestId(vmx);
    config.guestFullName = GuestNames.fullName(config.guestId);
    config.version =
        HardwareVersion.name(VmxKeys.integer(vmx, VmxKeys.VERSION, VmxKeys.HARDWARE_VERSION));
    config.uuid = VmxKeys.uuid(vmx, "uuid.bios").toString();
    config.instanceUuid = VmxKeys.uuid(vmx, "vc.uuid").toString();
    config.locationId = VmxKeys.uuid(vmx, "uuid.location").toString();
    config.npivTemporaryDisabled = true;
    config.template = vmxPath.endsWith(VmDirectory.TEMPLATE);
    config.annotation = vmx.get("annotation").orElse("");
    config.files = files(vmxPath);
    config.tools = tools();
    config.flags = flags(vmx);
    config.defaultPowerOps = powerOps();
    config.hardware = hardware(vmx, devices);
    config.cpuAllocation = ResourceShare.CPU.show(vmx, config.hardware.numCPU);
    config.memoryAllocation = ResourceShare.MEMORY.show(vmx, config.hardware.memoryMB);
    config.latencySensitivity = latency(vmx);
    config.cpuAffinity = new VirtualMachineAffinityInfo();
    config.memoryAffinity = new VirtualMachineAffinityInfo();
    config.extraConfig = extraConfig(vmx);
    config.datastoreUrl = List.of(datastoreUrl());
    config.bootOptions = bootOptions(vmx);
    config.vAssertsEnabled = false;
    config.changeTrackingEnabled = VmxKeys.changeTracking(vmx);
    config.maxMksConnections = 40;
    config.guestAutoLockEnabled = false;
    config.messageBusTunnelEnabled = false;
    config.migrateEncryption = "opportunistic";
    config.managedBy = managedBy(vmx);
    MachineSettings.show(vmx, config);
    return config;
  }

  private static VirtualMachineFileInfo files(String vmxPath) {
    var files = new VirtualMachineFileInfo();
    files.vmPathName = vmxPath;
    String folder = vmxPath.substring(0, vmxPath.lastIndexOf('/') + 1);
    files.snapshotDirectory = folder;
    files.suspendDirectory = folder;
    files.logDirectory = folder;
    return files;
  }

  private static ToolsConfigInfo tools() {
    var tools = new ToolsConfigInfo();
    tools.toolsVersion = 0;
    return tools;
  }

  private static VirtualMachineFlagInfo flags(Vmx vmx) {
    var flags = new VirtualMachineFlagInfo();
    flags.disableAcceleration = false;
    flags.useToe = false;
    flags.runWithDebugInfo = false;
    flags.monitorType = "release";
    flags.htSharing = "any";
    flags.snapshotDisabled = vmx.flag(VmxKeys.SNAPSHOT_DISABLED);
    flags.snapshotLocked = vmx.flag(VmxKeys.SNAPSHOT_LOCKED);
    flags.snapshotPowerOffBehavior = vmx.get("snapshot.action").orElse("powerOff");
    flags.recordReplayEnabled = false;
    return flags;
  }

  private static VirtualMachineDefaultPowerOpInfo powerOps() {
    var operations = new VirtualMachineDefaultPowerOpInfo();
    operations.defaultPowerOffType = "soft";
    operations.defaultSuspendType = "hard";
    operations.defaultResetType = "soft";
    operations.standbyAction = "checkpoint";
    return operations;
  }

  private static VirtualHardware hardware(Vmx vmx, List<VirtualDevice> devices) {
    var hardware = new VirtualHardware();
    hardware.numCPU = VmxKeys.integer(vmx, "numvcpus", 1);
    hardware.numCoresPerSocket = VmxKeys.integer(vmx, "cpuid.coresPerSocket", 1);
    hardware.memoryMB = VmxKeys.integer(vmx, "memSize", VmxKeys.MEMORY_MB);
    hardware.virtualICH7MPresent = false;
    hardware.virtualSMCPresent = false;
    hardware.device = devices;
    return hardware;
  }

  private static LatencySensitivity latency(Vmx vmx) {
    var latency = new LatencySensitivity();
    latency.level =
        LatencySensitivitySensitivityLevel.TYPE.valueOf(
                    vmx.get("sched.cpu.latencySensitivity").orElse(""))
                instanceof LatencySensitivitySensitivityLevel level
            ? level
            : LatencySensitivitySensitivityLevel.normal;
    return latency;
  }

  private static @Nullable ManagedByInfo managedBy(Vmx vmx) {
    return vmx.get(VmxKeys.MANAGED_BY)
        .map(key -> {
          var owner = new ManagedByInfo();
          owner.extensionKey = key;
          owner.type = vmx.get(VmxKeys.MANAGED_TYPE).orElse("");
          return owner;
        })
        .orElse(null);
  }

  private static List<OptionValue> extraConfig(Vmx vmx) {
    List<OptionValue> options = new ArrayList<>();
    for (String key : vmx.keys()) {
      if (VmxKeys.isExtra(key)) {
        var option = new OptionValue();
        option.key = key;
        option.value = vmx.get(key).orElse("");
        options.add(option);
      }
    }
    return options;
  }

  private VirtualMachineConfigInfoDatastoreUrlPair datastoreUrl() {
    var pair = new VirtualMachineConfigInfoDatastoreUrlPair();
    pair.name = datastoreName;
    pair.url = datastoreUrl;
    return pair;
  }

  private static VirtualMachineBootOptions bootOptions(Vmx vmx) {
    var boot = new VirtualMachineBootOptions();
    boot.bootOrder = BootOrder.show(vmx);
    boot.networkBootProtocol = "ipv4";
    return boot;
  }
}
