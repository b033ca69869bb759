package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.vim.CannotDisableSnapshot;
import dev.vcsnap.vim.ConcurrentAccess;
import dev.vcsnap.vim.CpuHotPlugNotSupported;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedByInfo;
import dev.vcsnap.vim.MemoryHotPlugNotSupported;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineFlagInfo;
import dev.vcsnap.vim.VirtualMachineGuestOsIdentifier;
import dev.vcsnap.vim.VirtualMachinePowerOffBehavior;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Edits a machine's configuration. The caller has the machine to itself.
 *
 * <p>A member of the specification that is not served is refused by name, so that nobody believes a
 * change that did not happen.
 */
public final class ReconfigureService {

  private static final Set<String> SERVED =
      Stream.concat(
              Stream.of(
                  "changeVersion",
                  "name",
                  "uuid",
                  "instanceUuid",
                  "guestId",
                  "annotation",
                  "managedBy",
                  "numCPUs",
                  "numCoresPerSocket",
                  "memoryMB",
                  "cpuAllocation",
                  "memoryAllocation",
                  "latencySensitivity",
                  "extraConfig",
                  "changeTrackingEnabled",
                  "deviceChange"),
              MachineSettings.members().stream())
          .collect(Collectors.toUnmodifiableSet());

  /** What is served of members that are objects, beside the settings. */
  private static final Set<String> PARTS_SERVED =
      Set.of(
          "flags.snapshotDisabled",
          "flags.snapshotLocked",
          "flags.snapshotPowerOffBehavior",
          "bootOptions.bootOrder");

  private static final Set<String> FOR_TEMPLATES = Set.of("changeVersion", "name", "annotation");

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

  /**
   * Refuses what a template does not take: anything but another name or annotation.
   *
   * @throws VimException NotSupported
   */
  public static void requireForTemplate(VirtualMachineConfigSpec spec) {
    var properties = VirtualMachineConfigSpec.TYPE.properties();
    for (int i = 0; i < properties.size(); i++) {
      if (!FOR_TEMPLATES.contains(properties.get(i).name())) {
        refuseChange(spec.get(i), null, properties.get(i).name() + " of a template");
      }
    }
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
    refuseWhatIsNotServed(machine, spec);
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
    identity(machine, vmx, "uuid.bios", spec.uuid, "configSpec.uuid");
    identity(machine, vmx, "vc.uuid", spec.instanceUuid, "configSpec.instanceUuid");
    managedBy(vmx, spec.managedBy);
    number(vmx, "numvcpus", "numCPUs", spec.numCPUs, 768);
    number(vmx, "cpuid.coresPerSocket", "numCoresPerSocket", spec.numCoresPerSocket, 768);
    number(vmx, "memSize", "memoryMB", spec.memoryMB, MEMORY_MB_MAX);
    refuseHotPlug(machine, spec);
    ResourceShare.CPU.apply(vmx, spec.cpuAllocation);
    ResourceShare.MEMORY.apply(vmx, spec.memoryAllocation);
    if (spec.latencySensitivity != null && spec.latencySensitivity.level != null) {
      vmx.put("sched.cpu.latencySensitivity", spec.latencySensitivity.level.name());
    }
    flags(machine, vmx, spec.flags);
    MachineSettings.apply(vmx, spec, machine.power());
    if (spec.bootOptions != null) {
      BootOrder.apply(vmx, machine.disks().keySet(), spec.bootOptions.bootOrder);
    }
    extraConfig(vmx, spec.extraConfig);
    if (spec.changeTrackingEnabled != null) {
      vmx.putFlag(VmxKeys.CHANGE_TRACKING, spec.changeTrackingEnabled);
    }
    devices.apply(
        machine,
        vmx,
        spec.deviceChange,
        () -> {
          noteTrackedDisks(machine.vmx(), vmx, spec);
          machine.save(vmx, clock.now());
        });
    if (machine.power() == VirtualMachinePowerState.poweredOff) {
      whileOff.accept(machine);
    }
    publisher.publish(machine);
  }

  /**
   * Says of each disk whether it is tracked (rule C1), of a new one as of the machine. Where the
   * machine is switched over its disks follow, but for those of which the same specification says
   * something else; clients that send back what they read change nothing.
   */
  private static void noteTrackedDisks(Vmx before, Vmx vmx, VirtualMachineConfigSpec spec) {
    boolean tracked = VmxKeys.changeTracking(vmx);
    boolean switched =
        spec.changeTrackingEnabled != null
            && spec.changeTrackingEnabled != VmxKeys.changeTracking(before);
    for (String node : vmx.disks().keySet()) {
      String key = VmxKeys.changeTrackingOf(node);
      if (VirtualMachine.isIndependent(vmx, node)) {
        vmx.remove(key);
      } else if ((tracked && vmx.get(key).isEmpty())
          || (switched && !names(spec.extraConfig, key))) {
        vmx.putFlag(key, tracked);
      }
    }
  }

  private static boolean names(@Nullable List<OptionValue> options, String key) {
    return options != null && options.stream().anyMatch(option -> key.equalsIgnoreCase(option.key));
  }

  /** Clients send back what they read: only what would change is refused. */
  private static void refuseWhatIsNotServed(VirtualMachine machine, VirtualMachineConfigSpec spec) {
    DataObject present =
        machine.object().get("config") instanceof VirtualMachineConfigInfo config ? config : null;
    var properties = VirtualMachineConfigSpec.TYPE.properties();
    for (int i = 0; i < properties.size(); i++) {
      String name = properties.get(i).name();
      Object shown =
          name.equals("powerOpInfo") ? member(present, "defaultPowerOps") : member(present, name);
      Object wanted = spec.get(i);
      if (!SERVED.contains(name)) {
        refuseChange(wanted, shown, name);
      } else if (wanted instanceof DataObject object && MachineSettings.members().contains(name)) {
        for (Property part : object.vimType().properties()) {
          String path = name + "." + part.name();
          if (!PARTS_SERVED.contains(path) && !MachineSettings.has(path)) {
            refuseChange(
                member(object, part.name()),
                shown instanceof DataObject whole ? member(whole, part.name()) : null,
                path);
          }
        }
      }
    }
  }

  private static void refuseChange(@Nullable Object wanted, @Nullable Object shown, String path) {
    boolean empty = wanted == null || (wanted instanceof List<?> list && list.isEmpty());
    if (!empty && !Objects.equals(wanted, shown)) {
      throw Faults.notSupported("ReconfigVM_Task with spec." + path);
    }
  }

  private static @Nullable Object member(@Nullable DataObject object, String name) {
    int index = object == null ? -1 : object.vimType().indexOf(name);
    return object == null || index < 0 ? null : object.get(index);
  }

  /** While the machine runs only what it was prepared for can be added. */
  private static void refuseHotPlug(VirtualMachine machine, VirtualMachineConfigSpec spec) {
    if (machine.power() == VirtualMachinePowerState.poweredOff) {
      return;
    }
    Vmx vmx = machine.vmx();
    int processors = VmxKeys.integer(vmx, "numvcpus", 1);
    if (spec.numCPUs != null
        && spec.numCPUs != processors
        && !vmx.flag(spec.numCPUs > processors ? "vcpu.hotadd" : "vcpu.hotremove")) {
      throw new VimException(
          new CpuHotPlugNotSupported(), "CPU hot plug is not supported for this virtual machine.");
    }
    int memory = VmxKeys.integer(vmx, "memSize", VmxKeys.MEMORY_MB);
    if (spec.memoryMB != null
        && spec.memoryMB != memory
        && !(spec.memoryMB > memory && vmx.flag("mem.hotadd"))) {
      throw new VimException(
          new MemoryHotPlugNotSupported(),
          "Memory hot plug is not supported for this virtual machine.");
    }
  }

  /** Gives the machine another UUID, which one that is not off keeps. */
  private static void identity(
      VirtualMachine machine, Vmx vmx, String key, @Nullable String wanted, String property) {
    if (wanted == null || wanted.isEmpty()) {
      return;
    }
    UUID uuid = Ids.parse(wanted).orElseThrow(() -> Faults.invalidArgument(property));
    if (!uuid.equals(VmxKeys.uuid(vmx, key))) {
      if (machine.power() != VirtualMachinePowerState.poweredOff) {
        throw Faults.invalidPowerState(VirtualMachinePowerState.poweredOff, machine.power());
      }
      vmx.put(key, Ids.spaced(uuid));
    }
  }

  /** Notes the extension that looks after the machine; an empty key lets go of it. */
  private static void managedBy(Vmx vmx, @Nullable ManagedByInfo owner) {
    if (owner == null) {
      return;
    }
    if (owner.extensionKey == null || owner.extensionKey.isEmpty()) {
      vmx.remove(VmxKeys.MANAGED_BY);
      vmx.remove(VmxKeys.MANAGED_TYPE);
      return;
    }
    put(vmx, VmxKeys.MANAGED_BY, owner.extensionKey, "configSpec.managedBy.extensionKey");
    put(
        vmx,
        VmxKeys.MANAGED_TYPE,
        owner.type == null ? "" : owner.type,
        "configSpec.managedBy.type");
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
    if (flags.snapshotPowerOffBehavior != null) {
      if (VirtualMachinePowerOffBehavior.TYPE.valueOf(flags.snapshotPowerOffBehavior) == null) {
        throw Faults.invalidArgument("spec.flags.snapshotPowerOffBehavior");
      }
      vmx.put("snapshot.action", flags.snapshotPowerOffBehavior);
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
