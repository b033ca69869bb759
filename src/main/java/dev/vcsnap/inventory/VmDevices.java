package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.Description;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.SharesInfo;
import dev.vcsnap.vim.SharesLevel;
import dev.vcsnap.vim.StorageIOAllocationInfo;
import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceBackingInfo;
import dev.vcsnap.vim.VirtualDeviceConnectInfo;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualEthernetCardNetworkBackingInfo;
import dev.vcsnap.vim.VirtualIDEController;
import dev.vcsnap.vim.VirtualKeyboard;
import dev.vcsnap.vim.VirtualLsiLogicController;
import dev.vcsnap.vim.VirtualMachineVMCIDevice;
import dev.vcsnap.vim.VirtualMachineVideoCard;
import dev.vcsnap.vim.VirtualPCIController;
import dev.vcsnap.vim.VirtualPS2Controller;
import dev.vcsnap.vim.VirtualPointingDevice;
import dev.vcsnap.vim.VirtualPointingDeviceDeviceBackingInfo;
import dev.vcsnap.vim.VirtualSCSIController;
import dev.vcsnap.vim.VirtualSCSISharing;
import dev.vcsnap.vim.VirtualSIOController;
import dev.vcsnap.vim.VirtualVmxnet3;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns a .vmx and its disks into the device list of {@code config.hardware.device}.
 *
 * <p>Keys are those of real machines: 200 the first IDE controller, 1000 the first SCSI controller,
 * 2000 + 16 x bus + unit a SCSI disk, 4000 the first network card. They are the same for the
 * machine and for its snapshots.
 */
final class VmDevices {

  private static final int IDE = 200;
  private static final int PS2 = 300;
  private static final int PCI = 100;
  private static final int SIO = 400;
  private static final int SCSI = 1000;
  private static final int SCSI_DISK = 2000;
  private static final int UNITS_PER_SCSI_BUS = 16;
  private static final int ETHERNET = 4000;

  private final Vmx vmx;
  private final List<VmDisk> disks;
  private final ManagedObjectReference datastore;
  private final @Nullable ManagedObjectReference network;
  private final String machineId;
  private final boolean connected;
  private final List<VirtualDevice> devices = new ArrayList<>();

  VmDevices(
      Vmx vmx,
      List<VmDisk> disks,
      ManagedObjectReference datastore,
      @Nullable ManagedObjectReference network,
      String machineId,
      boolean connected) {
    this.vmx = vmx;
    this.disks = disks;
    this.datastore = datastore;
    this.network = network;
    this.machineId = machineId;
    this.connected = connected;
  }

  /** The device key of the disk at a node. */
  static int keyOf(String node) {
    int colon = node.indexOf(':');
    int bus = Integer.parseInt(node.substring(4, colon));
    int unit = Integer.parseInt(node.substring(colon + 1));
    return SCSI_DISK + bus * UNITS_PER_SCSI_BUS + unit;
  }

  List<VirtualDevice> list() {
    controller(new VirtualIDEController(), IDE, "IDE 0", 0);
    controller(new VirtualIDEController(), IDE + 1, "IDE 1", 1);
    controller(new VirtualPS2Controller(), PS2, "PS2 controller 0", 0);
    controller(new VirtualPCIController(), PCI, "PCI controller 0", 0);
    controller(new VirtualSIOController(), SIO, "SIO controller 0", 0);
    child(new VirtualKeyboard(), 600, "Keyboard", "Keyboard", PS2, 0);
    pointingDevice();
    videoCard();
    child(
        new VirtualMachineVMCIDevice(),
        12000,
        "VMCI device",
        "Device on the virtual machine PCI bus that provides support for the virtual machine"
            + " communication interface",
        PCI,
        17);
    for (int bus = 0; bus < 4; bus++) {
      if (vmx.flag("scsi" + bus + ".present")) {
        scsiController(bus);
      }
    }
    disks.forEach(this::disk);
    if (vmx.flag("ethernet0.present")) {
      ethernet();
    }
    for (VirtualDevice device : devices) {
      if (device instanceof VirtualController controller) {
        controller.device =
            devices.stream()
                .filter(d -> d.controllerKey != null && d.controllerKey == controller.key)
                .map(d -> d.key)
                .toList();
      }
    }
    return List.copyOf(devices);
  }

  private void controller(VirtualController controller, int key, String label, int bus) {
    controller.busNumber = bus;
    add(controller, key, label, label);
  }

  private void child(
      VirtualDevice device, int key, String label, String summary, int controllerKey, int unit) {
    device.controllerKey = controllerKey;
    device.unitNumber = unit;
    add(device, key, label, summary);
  }

  private void add(VirtualDevice device, int key, String label, String summary) {
    var info = new Description();
    info.label = label;
    info.summary = summary;
    device.key = key;
    device.deviceInfo = info;
    devices.add(device);
  }

  private void pointingDevice() {
    var backing = new VirtualPointingDeviceDeviceBackingInfo();
    backing.deviceName = "";
    backing.useAutoDetect = false;
    backing.hostPointingDevice = "autodetect";
    var device = new VirtualPointingDevice();
    device.backing = backing;
    child(device, 700, "Pointing device", "Pointing device; Device", PS2, 1);
  }

  private void videoCard() {
    var card = new VirtualMachineVideoCard();
    card.videoRamSizeInKB = 4096L;
    card.numDisplays = 1;
    card.useAutoDetect = false;
    card.enable3DSupport = false;
    card.use3dRenderer = "automatic";
    card.graphicsMemorySizeInKB = 262144L;
    child(card, 500, "Video card ", "Video card", PCI, 0);
  }

  private void scsiController(int bus) {
    VirtualSCSIController controller =
        vmx.get("scsi" + bus + ".virtualDev").orElse("pvscsi").equals("lsilogic")
            ? new VirtualLsiLogicController()
            : new ParaVirtualSCSIController();
    controller.busNumber = bus;
    controller.hotAddRemove = true;
    controller.sharedBus = VirtualSCSISharing.noSharing;
    controller.scsiCtlrUnitNumber = 7;
    String kind =
        controller instanceof VirtualLsiLogicController ? "LSI Logic" : "VMware paravirtual SCSI";
    child(controller, SCSI + bus, "SCSI controller " + bus, kind, PCI, 3 + bus);
  }

  private void disk(VmDisk disk) {
    int key = keyOf(disk.node());
    int ordinal = disks.indexOf(disk) + 1;
    var device = new VirtualDisk();
    device.backing = backing(disk);
    device.capacityInBytes = disk.capacityBytes();
    device.capacityInKB = disk.capacityBytes() / 1024;
    device.diskObjectId = machineId.substring(machineId.indexOf('-') + 1) + "-" + key;
    device.shares = normalShares(1000);
    device.storageIOAllocation = new StorageIOAllocationInfo();
    device.storageIOAllocation.limit = -1L;
    device.storageIOAllocation.shares = normalShares(1000);
    device.storageIOAllocation.reservation = 0;
    device.nativeUnmanagedLinkedClone = false;
    int offset = key - SCSI_DISK;
    child(
        device,
        key,
        "Hard disk " + ordinal,
        String.format(java.util.Locale.ROOT, "%,d KB", device.capacityInKB),
        SCSI + offset / UNITS_PER_SCSI_BUS,
        offset % UNITS_PER_SCSI_BUS);
  }

  private VirtualDeviceBackingInfo backing(VmDisk disk) {
    VirtualDiskFlatVer2BackingInfo parent = null;
    for (VmDisk.Link link : disk.links()) {
      var backing = new VirtualDiskFlatVer2BackingInfo();
      backing.fileName = link.fileName();
      backing.datastore = datastore;
      backing.backingObjectId = "";
      backing.diskMode = disk.mode();
      backing.split = false;
      backing.writeThrough = false;
      backing.thinProvisioned = disk.thin();
      backing.uuid = disk.uuid().toString();
      backing.contentId = link.contentId();
      backing.changeId = link.changeId();
      backing.digestEnabled = false;
      backing.sharing = "sharingNone";
      backing.parent = parent;
      if (link.delta() != null) {
        backing.deltaDiskFormat = link.delta().format();
        backing.deltaGrainSize = link.delta().grainKilobytes();
        backing.deltaDiskFormatVariant = link.delta().variant();
      }
      parent = backing;
    }
    return Objects.requireNonNull(parent, "a disk has at least one link");
  }

  private void ethernet() {
    var backing = new VirtualEthernetCardNetworkBackingInfo();
    backing.deviceName = vmx.get("ethernet0.networkName").orElse("VM Network");
    backing.useAutoDetect = false;
    backing.network = network;
    backing.inPassthroughMode = false;
    var connection = new VirtualDeviceConnectInfo();
    connection.startConnected = true;
    connection.allowGuestControl = true;
    connection.connected = connected;
    connection.status = connected ? "ok" : "untried";
    var card = new VirtualVmxnet3();
    card.backing = backing;
    card.connectable = connection;
    card.addressType = vmx.get("ethernet0.addressType").orElse("generated");
    card.macAddress = vmx.get("ethernet0.generatedAddress").orElse("");
    card.wakeOnLanEnabled = true;
    card.uptCompatibilityEnabled = true;
    child(card, ETHERNET, "Network adapter 1", backing.deviceName, PCI, 7);
  }

  private static SharesInfo normalShares(int shares) {
    var info = new SharesInfo();
    info.level = SharesLevel.normal;
    info.shares = shares;
    return info;
  }
}
