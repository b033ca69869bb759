package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.hardware.Networks;
import dev.vcsnap.hardware.VmDevices;
import dev.vcsnap.vim.DatastoreOption;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.GuestOsDescriptor;
import dev.vcsnap.vim.IntOption;
import dev.vcsnap.vim.LongOption;
import dev.vcsnap.vim.ResourceAllocationOption;
import dev.vcsnap.vim.ResourceConfigOption;
import dev.vcsnap.vim.SharesLevel;
import dev.vcsnap.vim.SharesOption;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualHardwareOption;
import dev.vcsnap.vim.VirtualMachineConfigOption;
import dev.vcsnap.vim.VirtualMachineConfigOptionDescriptor;
import dev.vcsnap.vim.VirtualMachineGuestOsIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What machines can be made of: the versions of virtual hardware, the guests, and the devices that
 * every machine has. Terraform asks for them before it makes a machine.
 *
 * <p>The figures are those that this server holds machines to where it does, and roomy otherwise;
 * they are the same for all guests, versions and hosts.
 */
public final class ConfigOptions {

  private static final int PROCESSORS_MAX = 768;
  private static final long MEMORY_MB_MAX = 24L * 1024 * 1024;
  private static final int DISKS_MAX = 64;

  private final InventoryTree tree;
  private final Networks networks;

  public ConfigOptions(InventoryTree tree, Networks networks) {
    this.tree = tree;
    this.networks = networks;
  }

  /** The versions of hardware, oldest first. */
  public List<VirtualMachineConfigOptionDescriptor> versions() {
    return IntStream.rangeClosed(HardwareVersion.OLDEST, HardwareVersion.NEWEST)
        .mapToObj(version -> {
          var descriptor = new VirtualMachineConfigOptionDescriptor();
          descriptor.key = HardwareVersion.name(version);
          descriptor.description = "Virtual hardware " + descriptor.key;
          descriptor.createSupported = true;
          descriptor.runSupported = true;
          descriptor.upgradeSupported = true;
          descriptor.defaultConfigOption = version == HardwareVersion.USUAL;
          return descriptor;
        })
        .toList();
  }

  /**
   * What a machine of a version can have.
   *
   * @param key the version; null for the one that machines usually have
   * @param guestIds the guests to tell of; none, or none that is known, for all
   * @throws VimException InvalidArgument for a version that there is not
   */
  public VirtualMachineConfigOption of(@Nullable String key, List<String> guestIds) {
    int version =
        key == null || key.isEmpty()
            ? HardwareVersion.USUAL
            : HardwareVersion.parse(key).orElseThrow(() -> Faults.invalidArgument("key"));
    var option = new VirtualMachineConfigOption();
    option.version = HardwareVersion.name(version);
    option.description = "Virtual hardware " + option.version;
    option.guestOSDescriptor = guests(Set.copyOf(guestIds));
    option.guestOSDefaultIndex = 0;
    option.hardwareOptions = hardware(version);
    option.capabilities = VmRuntimeProjection.capability(version);
    option.datastore = new DatastoreOption();
    option.defaultDevice =
        new VmDevices(
                new Vmx(),
                new VmDevices.Machine(
                    List.of(),
                    tree.defaultDatastore().reference(),
                    tree.defaultDatastore().datastore(),
                    "vm-0",
                    false),
                networks)
            .list();
    option.supportedMonitorType = List.of("release");
    return option;
  }

  private static List<GuestOsDescriptor> guests(Set<String> wanted) {
    List<GuestOsDescriptor> all = new ArrayList<>();
    List<GuestOsDescriptor> some = new ArrayList<>();
    for (VirtualMachineGuestOsIdentifier guest : VirtualMachineGuestOsIdentifier.values()) {
      GuestOsDescriptor descriptor = guest(guest.name());
      all.add(descriptor);
      if (wanted.contains(descriptor.id)) {
        some.add(descriptor);
      }
    }
    return some.isEmpty() ? all : some;
  }

  private static GuestOsDescriptor guest(String id) {
    boolean wide = id.contains("64");
    var guest = new GuestOsDescriptor();
    guest.id = id;
    guest.family = GuestNames.family(id);
    guest.fullName = GuestNames.fullName(id);
    guest.supportedMaxCPUs = PROCESSORS_MAX;
    guest.numSupportedPhysicalSockets = PROCESSORS_MAX;
    guest.numSupportedCoresPerSocket = PROCESSORS_MAX;
    guest.supportedMinMemMB = 4;
    guest.supportedMaxMemMB = (int) MEMORY_MB_MAX;
    guest.recommendedMemMB = 1_024;
    guest.recommendedColorDepth = 32;
    guest.supportedDiskControllerList =
        List.of(
            "VirtualIDEController",
            "VirtualBusLogicController",
            "VirtualLsiLogicController",
            "VirtualLsiLogicSASController",
            "ParaVirtualSCSIController",
            "VirtualAHCIController",
            "VirtualNVMEController");
    guest.recommendedSCSIController = "ParaVirtualSCSIController";
    guest.recommendedDiskController = "ParaVirtualSCSIController";
    guest.supportedNumDisks = DISKS_MAX;
    guest.recommendedDiskSizeMB = 16 << 10;
    guest.recommendedCdromController = "VirtualAHCIController";
    guest.supportedEthernetCard =
        List.of("VirtualE1000", "VirtualE1000e", "VirtualVmxnet2", "VirtualVmxnet3");
    guest.recommendedEthernetCard = "VirtualVmxnet3";
    guest.supportsMemoryHotAdd = true;
    guest.supportsCpuHotAdd = true;
    guest.supportedFirmware = List.of("bios", "efi");
    guest.recommendedFirmware = wide ? "efi" : "bios";
    guest.supportLevel = "supported";
    guest.supportedForCreate = true;
    guest.vRAMSizeInKB = between(1_024, 131_072, 4_096);
    guest.numSupportedFloppyDevices = 2;
    guest.wakeOnLanEthernetCard = List.of("VirtualVmxnet3");
    guest.supportsWakeOnLan = true;
    guest.supportsPvscsiControllerForBoot = true;
    guest.diskUuidEnabled = false;
    guest.supportsHotPlugPCI = true;
    guest.supportsSecureBoot = wide;
    guest.defaultSecureBoot = false;
    return guest;
  }

  private static VirtualHardwareOption hardware(int version) {
    var hardware = new VirtualHardwareOption();
    hardware.hwVersion = version;
    hardware.virtualDeviceOption = List.of();
    hardware.numCPU = IntStream.rangeClosed(1, PROCESSORS_MAX).boxed().toList();
    hardware.numCoresPerSocket = between(1, PROCESSORS_MAX, 1);
    hardware.memoryMB = new LongOption();
    hardware.memoryMB.min = 4;
    hardware.memoryMB.max = MEMORY_MB_MAX;
    hardware.memoryMB.defaultValue = 32;
    hardware.numPCIControllers = between(1, 1, 1);
    hardware.numIDEControllers = between(2, 2, 2);
    hardware.numUSBControllers = between(0, 1, 0);
    hardware.numUSBXHCIControllers = between(0, 1, 0);
    hardware.numSIOControllers = between(1, 1, 1);
    hardware.numPS2Controllers = between(1, 1, 1);
    hardware.resourceConfigOption = new ResourceConfigOption();
    hardware.resourceConfigOption.cpuAllocationOption = allocation(1_000_000, 1_000);
    hardware.resourceConfigOption.memoryAllocationOption = allocation(1_000_000, 10);
    return hardware;
  }

  private static ResourceAllocationOption allocation(int most, int usual) {
    var option = new ResourceAllocationOption();
    option.sharesOption = new SharesOption();
    option.sharesOption.sharesOption = between(0, most, usual);
    option.sharesOption.defaultLevel = SharesLevel.normal;
    return option;
  }

  private static IntOption between(int min, int max, int usual) {
    var option = new IntOption();
    option.min = min;
    option.max = max;
    option.defaultValue = usual;
    return option;
  }
}
