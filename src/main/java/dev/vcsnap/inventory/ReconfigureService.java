package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.vim.CannotDisableSnapshot;
import dev.vcsnap.vim.ConcurrentAccess;
import dev.vcsnap.vim.CpuHotPlugNotSupported;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.MemoryHotPlugNotSupported;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineFlagInfo;
import dev.vcsnap.vim.VirtualMachineGuestOsIdentifier;
import dev.vcsnap.vim.VirtualMachinePowerOffBehavior;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Edits a machine's configuration. The caller has the machine to itself.
 *
 * <p>A member of the specification that is not served is refused by name, so that nobody believes a
 * change that did not happen.
 */
public final class ReconfigureService {

  private static final Set<String> SERVED =
      Set.of(
          "changeVersion",
          "name",
          "guestId",
          "annotation",
          "numCPUs",
          "numCoresPerSocket",
          "memoryMB",
          "extraConfig",
          "changeTrackingEnabled",
          "deviceChange",
          "flags");

  private static final Set<String> FLAGS_SERVED =
      Set.of("snapshotDisabled", "snapshotLocked", "diskUuidEnabled", "snapshotPowerOffBehavior");

  private static final int EXTRA_CONFIG_MAX = 1_000;
  private static final int MEMORY_MB_MAX = 24 * 1024 * 1024;

  private final Clock clock;
  private final VmPublisher publisher;
  private final NameClaims names;
  private final DeviceReconfiguration devices;
  private final Consumer<VirtualMachine> whileOff;

  /**
   * Makes the service.
   *
   * @param names who has which name in a machine's folder
   * @param devices changes devices
   * @param whileOff puts into force what a running machine takes up only at its next stun
   */
  public ReconfigureService(
      Clock clock,
      VmPublisher publisher,
      NameClaims names,
      DeviceReconfiguration devices,
      Consumer<VirtualMachine> whileOff) {
    this.clock = clock;
    this.publisher = publisher;
    this.names = names;
    this.devices = devices;
    this.whileOff = whileOff;
  }

  /** Applies a specification whole or not at all. */
  public void reconfigure(VirtualMachine machine, VirtualMachineConfigSpec spec) {
    if (spec.name == null || spec.name.equals(machine.name())) {
      apply(machine, spec);
    } else {
      try (var _ = names.claimAnother(machine, spec.name)) {
        apply(machine, spec);
      }
    }
  }

  private void apply(VirtualMachine machine, VirtualMachineConfigSpec spec) {
    refuseWhatIsNotServed(spec);
    if (spec.changeVersion != null
        && !spec.changeVersion.isEmpty()
        && !spec.changeVersion.equals(machine.modified().toString())) {
      throw new VimException(
          new ConcurrentAccess(), "The virtual machine was changed since it was read.");
    }
    Vmx vmx = machine.vmx();
    if (spec.name != null) {
      put(vmx, "displayName", spec.name, "spec.name");
    }
    if (spec.guestId != null) {
      if (VirtualMachineGuestOsIdentifier.TYPE.valueOf(spec.guestId) == null) {
        throw Faults.invalidArgument("configSpec.guestId");
      }
      put(vmx, "guestOS", VmxKeys.guestOs(spec.guestId), "configSpec.guestId");
    }
    if (spec.annotation != null) {
      put(vmx, "annotation", spec.annotation, "spec.annotation");
    }
    number(vmx, "numvcpus", "numCPUs", spec.numCPUs, 768);
    number(vmx, "cpuid.coresPerSocket", "numCoresPerSocket", spec.numCoresPerSocket, 768);
    number(vmx, "memSize", "memoryMB", spec.memoryMB, MEMORY_MB_MAX);
    refuseHotPlug(machine, spec);
    flags(machine, vmx, spec.flags);
    extraConfig(vmx, spec.extraConfig);
    if (spec.changeTrackingEnabled != null) {
      vmx.putFlag(VmxKeys.CHANGE_TRACKING, spec.changeTrackingEnabled);
      machine
          .disks()
          .keySet()
          .forEach(node -> vmx.putFlag(node + ".ctkEnabled", spec.changeTrackingEnabled));
    }
    devices.apply(machine, vmx, spec.deviceChange, () -> machine.save(vmx, clock.now()));
    if (machine.power() == VirtualMachinePowerState.poweredOff) {
      whileOff.accept(machine);
    }
    publisher.publish(machine);
  }

  private static void refuseWhatIsNotServed(VirtualMachineConfigSpec spec) {
    var properties = VirtualMachineConfigSpec.TYPE.properties();
    for (int i = 0; i < properties.size(); i++) {
      Object value = spec.get(i);
      boolean given = value != null && !(value instanceof List<?> list && list.isEmpty());
      if (given && !SERVED.contains(properties.get(i).name())) {
        throw Faults.notSupported("ReconfigVM_Task with spec." + properties.get(i).name());
      }
    }
  }

  /** Neither processors nor memory can be added while the machine runs. */
  private static void refuseHotPlug(VirtualMachine machine, VirtualMachineConfigSpec spec) {
    if (machine.power() == VirtualMachinePowerState.poweredOff) {
      return;
    }
    Vmx vmx = machine.vmx();
    if (spec.numCPUs != null && spec.numCPUs != VmxKeys.integer(vmx, "numvcpus", 1)) {
      throw new VimException(
          new CpuHotPlugNotSupported(), "CPU hot plug is not supported for this virtual machine.");
    }
    if (spec.memoryMB != null && spec.memoryMB != VmxKeys.integer(vmx, "memSize", 32)) {
      throw new VimException(
          new MemoryHotPlugNotSupported(),
          "Memory hot plug is not supported for this virtual machine.");
    }
  }

  /** Sets a text that the client chose; one that the file cannot hold is the client's mistake. */
  private static void put(Vmx vmx, String key, String value, String property) {
    try {
      vmx.put(key, value);
    } catch (IllegalArgumentException e) {
      throw Faults.invalidArgument(property);
    }
  }

  private static void number(
      Vmx vmx, String key, String property, @Nullable Number value, long most) {
    if (value == null) {
      return;
    }
    if (value.longValue() < 1 || value.longValue() > most) {
      throw Faults.invalidArgument("spec." + property);
    }
    vmx.putNumber(key, value.longValue());
  }

  private static void flags(
      VirtualMachine machine, Vmx vmx, @Nullable VirtualMachineFlagInfo flags) {
    if (flags == null) {
      return;
    }
    refuseOtherFlags(machine, flags);
    if (flags.snapshotDisabled != null) {
      if (flags.snapshotDisabled && !machine.snapshots().snapshots().isEmpty()) {
        throw new VimException(
            new CannotDisableSnapshot(),
            "Cannot disable snapshots of a virtual machine that has snapshots.");
      }
      vmx.putFlag(VmxKeys.SNAPSHOT_DISABLED, flags.snapshotDisabled);
    }
    if (flags.snapshotLocked != null) {
      vmx.putFlag(VmxKeys.SNAPSHOT_LOCKED, flags.snapshotLocked);
    }
    if (flags.diskUuidEnabled != null) {
      vmx.putFlag("disk.EnableUUID", flags.diskUuidEnabled);
    }
    if (flags.snapshotPowerOffBehavior != null) {
      if (VirtualMachinePowerOffBehavior.TYPE.valueOf(flags.snapshotPowerOffBehavior) == null) {
        throw Faults.invalidArgument("spec.flags.snapshotPowerOffBehavior");
      }
      vmx.put("snapshot.action", flags.snapshotPowerOffBehavior);
    }
  }

  /** Clients send all flags back as they read them: only a change of one is refused. */
  private static void refuseOtherFlags(VirtualMachine machine, VirtualMachineFlagInfo flags) {
    var properties = VirtualMachineFlagInfo.TYPE.properties();
    for (int i = 0; i < properties.size(); i++) {
      String name = properties.get(i).name();
      Object wanted = flags.get(i);
      if (wanted != null
          && !FLAGS_SERVED.contains(name)
          && machine.object().get("config") instanceof VirtualMachineConfigInfo present
          && !wanted.equals(present.flags == null ? null : present.flags.get(i))) {
        throw Faults.notSupported("ReconfigVM_Task with spec.flags." + name);
      }
    }
  }

  private static void extraConfig(Vmx vmx, @Nullable List<OptionValue> options) {
    if (options == null) {
      return;
    }
    if (options.size() > EXTRA_CONFIG_MAX) {
      throw Faults.invalidArgument("spec.extraConfig");
    }
    for (OptionValue option : options) {
      if (option.key == null || option.key.isBlank() || !VmxKeys.isExtra(option.key)) {
        throw Faults.invalidArgument("spec.extraConfig[\"" + option.key + "\"]");
      }
      String value = option.value == null ? "" : option.value.toString();
      if (value.isEmpty()) {
        vmx.remove(option.key);
      } else {
        put(vmx, option.key, value, "spec.extraConfig[\"" + option.key + "\"]");
      }
    }
  }
}
