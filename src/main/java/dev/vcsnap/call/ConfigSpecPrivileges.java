package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualCdrom;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDeviceFileBackingInfo;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskRawDiskMappingVer1BackingInfo;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualEthernetCardNetworkBackingInfo;
import dev.vcsnap.vim.VirtualFloppy;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualUSB;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's specification asks for, member by member, as the interface documents it for
 * {@code ReconfigVM_Task}.
 */
final class ConfigSpecPrivileges {

  private static final String CONFIG = "VirtualMachine.Config.";
  private static final String SETTINGS = CONFIG + "Settings";

  /** Members that ask for something else than the basic settings. */
  private static final Map<String, String> BY_MEMBER =
      Map.ofEntries(
          Map.entry("name", CONFIG + "Rename"),
          Map.entry("annotation", CONFIG + "Annotation"),
          Map.entry("numCPUs", CONFIG + "CPUCount"),
          Map.entry("numCoresPerSocket", CONFIG + "CPUCount"),
          Map.entry("cpuHotAddEnabled", CONFIG + "CPUCount"),
          Map.entry("cpuHotRemoveEnabled", CONFIG + "CPUCount"),
          Map.entry("memoryMB", CONFIG + "Memory"),
          Map.entry("memoryHotAddEnabled", CONFIG + "Memory"),
          Map.entry("cpuAllocation", CONFIG + "Resource"),
          Map.entry("memoryAllocation", CONFIG + "Resource"),
          Map.entry("latencySensitivity", CONFIG + "Resource"),
          Map.entry("cpuAffinity", CONFIG + "Resource"),
          Map.entry("memoryAffinity", CONFIG + "Resource"),
          Map.entry("networkShaper", CONFIG + "Resource"),
          Map.entry("memoryReservationLockedToMax", CONFIG + "Resource"),
          Map.entry("extraConfig", CONFIG + "AdvancedConfig"),
          Map.entry("cpuFeatureMask", CONFIG + "AdvancedConfig"),
          Map.entry("nestedHVEnabled", CONFIG + "AdvancedConfig"),
          Map.entry("swapPlacement", CONFIG + "SwapPlacement"),
          Map.entry("changeTrackingEnabled", CONFIG + "ChangeTracking"),
          Map.entry("managedBy", CONFIG + "ManagedBy"),
          Map.entry("crypto", "Cryptographer.Encrypt"));

  /** Members that change nothing by themselves, and the one that is looked into. */
  private static final Set<String> ASK_NOTHING = Set.of("changeVersion", "deviceChange");

  private static final String SPACE = "Datastore.AllocateSpace";

  private final Needs needs;
  private final DatastoreNames datastores;

  ConfigSpecPrivileges(Needs needs, DatastoreNames datastores) {
    this.needs = needs;
    this.datastores = datastores;
  }

  /**
   * Asks for what a change of a machine needs.
   *
   * @param target where it is asked: the machine, or the folder of one that is yet to be made
   * @param present the machine's configuration; null if there is no machine yet
   */
  void askForChange(
      ManagedObject target,
      VirtualMachineConfigSpec spec,
      @Nullable VirtualMachineConfigInfo present) {
    var properties = VirtualMachineConfigSpec.TYPE.properties();
    for (int i = 0; i < properties.size(); i++) {
      String member = properties.get(i).name();
      Object value = spec.get(i);
      boolean given = value != null && !(value instanceof List<?> list && list.isEmpty());
      if (given && !ASK_NOTHING.contains(member)) {
        needs.on(target, BY_MEMBER.getOrDefault(member, SETTINGS));
      }
    }
    askForDevices(target, spec.deviceChange, present);
  }

  /**
   * Asks for what a machine needs that is yet to be made, as the interface documents it for {@code
   * CreateVM_Task}: room, and what it asks beyond settings.
   *
   * @param target where it is asked: the folder or pool that the machine comes into
   */
  void askForNew(ManagedObject target, VirtualMachineConfigSpec spec) {
    if (spec.files != null) {
      needs.on(datastores.of(spec.files.vmPathName), SPACE);
    }
    if (spec.extraConfig != null && !spec.extraConfig.isEmpty()) {
      needs.on(target, CONFIG + "AdvancedConfig");
    }
    if (spec.swapPlacement != null) {
      needs.on(target, CONFIG + "SwapPlacement");
    }
    askForDevices(target, spec.deviceChange, null);
  }

  /**
   * Asks for what changes of devices need.
   *
   * @param target where it is asked, as for {@link #askForChange}
   * @param present the configuration that is changed; null if there is none yet
   */
  void askForDevices(
      ManagedObject target,
      @Nullable List<VirtualDeviceConfigSpec> changes,
      @Nullable VirtualMachineConfigInfo present) {
    if (changes != null) {
      for (VirtualDeviceConfigSpec change : changes) {
        if (change.device != null) {
          askForDevice(target, change, present);
        }
      }
    }
  }

  private void askForDevice(
      ManagedObject target,
      VirtualDeviceConfigSpec change,
      @Nullable VirtualMachineConfigInfo present) {
    VirtualDevice device = change.device;
    VirtualDevice before = present == null ? null : withKey(present, device.key);
    if (change.operation == null || change.operation == VirtualDeviceConfigSpecOperation.edit) {
      switch (device) {
        case VirtualDisk disk -> askForEdit(target, disk, before);
        case VirtualCdrom cdrom -> needs.on(target, "VirtualMachine.Interact.SetCDMedia");
        case VirtualFloppy floppy -> needs.on(target, "VirtualMachine.Interact.SetFloppyMedia");
        default -> needs.on(target, CONFIG + "EditDevice");
      }
    } else if (device instanceof VirtualDisk disk) {
      if (change.operation == VirtualDeviceConfigSpecOperation.remove) {
        needs.on(target, CONFIG + "RemoveDisk");
      } else {
        askForAdd(target, disk, change.fileOperation != null);
      }
    } else {
      needs.on(
          target, CONFIG + (device instanceof VirtualUSB ? "HostUSBDevice" : "AddRemoveDevice"));
    }
    if (device instanceof VirtualEthernetCard card
        && change.operation != VirtualDeviceConfigSpecOperation.remove
        && (before == null || !Objects.equals(before.backing, card.backing))
        && card.backing instanceof VirtualEthernetCardNetworkBackingInfo network) {
      needs.on(network.network, "Network.Assign");
    }
  }

  private void askForAdd(ManagedObject target, VirtualDisk disk, boolean makesFile) {
    if (disk.backing instanceof VirtualDiskRawDiskMappingVer1BackingInfo) {
      needs.on(target, CONFIG + "RawDevice");
    }
    needs.on(target, CONFIG + (makesFile ? "AddNewDisk" : "AddExistingDisk"));
    if (makesFile && disk.backing instanceof VirtualDeviceFileBackingInfo file) {
      askForSpace(target, file);
    }
  }

  /**
   * Where the file will be: what its name says, else where the machine is; the backing's reference
   * to a datastore is not looked at, and gives nobody a right. A machine that is yet to be made has
   * been asked for its own place.
   */
  private void askForSpace(ManagedObject target, VirtualDeviceFileBackingInfo file) {
    ManagedObjectReference named = datastores.of(file.fileName);
    if (named != null) {
      needs.on(named, SPACE);
    } else if (target.type().isA("VirtualMachine")) {
      needs.objectsIn(target.get("datastore")).forEach(datastore -> needs.on(datastore, SPACE));
    }
  }

  /** A larger capacity asks for one privilege, anything else about a disk for another. */
  private void askForEdit(ManagedObject target, VirtualDisk disk, @Nullable VirtualDevice before) {
    boolean grows = before instanceof VirtualDisk old && capacity(disk) > capacity(old);
    if (grows) {
      needs.on(target, CONFIG + "DiskExtend");
    }
    boolean moves =
        before != null
            && !(Objects.equals(before.controllerKey, disk.controllerKey)
                && Objects.equals(before.unitNumber, disk.unitNumber)
                && Objects.equals(before.backing, disk.backing));
    if (!grows || moves) {
      needs.on(target, CONFIG + "EditDevice");
    }
  }

  /** In bytes: of the two members the one in bytes counts where both are given. */
  private static long capacity(VirtualDisk disk) {
    return disk.capacityInBytes != null ? disk.capacityInBytes : disk.capacityInKB * 1024L;
  }

  private static @Nullable VirtualDevice withKey(VirtualMachineConfigInfo config, int key) {
    if (config.hardware == null || config.hardware.device == null) {
      return null;
    }
    for (VirtualDevice device : config.hardware.device) {
      if (device.key == key) {
        return device;
      }
    }
    return null;
  }
}
