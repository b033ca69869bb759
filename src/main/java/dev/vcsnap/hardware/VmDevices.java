package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.Description;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.VirtualAHCIController;
import dev.vcsnap.vim.VirtualBusLogicController;
import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceBackingInfo;
import dev.vcsnap.vim.VirtualDeviceConnectInfo;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualIDEController;
import dev.vcsnap.vim.VirtualKeyboard;
import dev.vcsnap.vim.VirtualLsiLogicController;
import dev.vcsnap.vim.VirtualLsiLogicSASController;
import dev.vcsnap.vim.VirtualMachineVMCIDevice;
import dev.vcsnap.vim.VirtualMachineVideoCard;
import dev.vcsnap.vim.VirtualNVMEController;
import dev.vcsnap.vim.VirtualPCIController;
import dev.vcsnap.vim.VirtualPS2Controller;
import dev.vcsnap.vim.VirtualPointingDevice;
import dev.vcsnap.vim.VirtualPointingDeviceDeviceBackingInfo;
import dev.vcsnap.vim.VirtualSCSIController;
import dev.vcsnap.vim.VirtualSCSISharing;
import dev.vcsnap.vim.VirtualSIOController;
import dev.vcsnap.vim.VirtualUSBController;
import dev.vcsnap.vim.VirtualUSBXHCIController;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Turns a .vmx and its disks into the device list of {@code config.hardware.device}.
 *
 * <p>Keys are those of real machines: 200 the first IDE controller, 1000 the first SCSI controller,
 * 2000 + 16 x bus + unit a SCSI disk, 4000 the first network card. They are the same for the
 * machine and for its snapshots.
 */
public final class VmDevices {

  static final int PCI = 100;
  static final int PS2 = 300;
  static final int SIO = 400;
  static final int VIDEO = 500;
  static final int KEYBOARD = 600;
  static final int POINTING = 700;
  static final int USB = 7000;
  static final int VMCI = 12000;
  static final int XHCI = 14000;

  private static final int FIRST_SCSI_UNIT = 3;
  private static final int FIRST_SATA_UNIT = 24;
  private static final int FIRST_NVME_UNIT = 30;

  private final Vmx vmx;
  private final Machine machine;
  private final Networks networks;
  private final List<VirtualDevice> devices = new ArrayList<>();

  /**
   * What the list says beside the configuration.
   *
   * @param disks with their chains
   * @param datastore the one of the disks
   * @param files the same, by which images are named
   * @param id the machine's managed object id
   * @param running true if what is connected at power on is connected
   */
  public record Machine(
      List<VmDisk> disks,
      ManagedObjectReference datastore,
      Datastore files,
      String id,
      boolean running) {}

  public VmDevices(Vmx vmx, Machine machine, Networks networks) {
    this.vmx = vmx;
    this.machine = machine;
    this.networks = networks;
  }

  /** The names of images that are not disks. */
  ImageNames images() {
    return new ImageNames(machine.files());
  }

  public List<VirtualDevice> list() {
    controller(new VirtualIDEController(), Bus.IDE.controllerKey(0), "IDE 0", 0);
    controller(new VirtualIDEController(), Bus.IDE.controllerKey(1), "IDE 1", 1);
    controller(new VirtualPS2Controller(), PS2, "PS2 controller 0", 0);
    controller(new VirtualPCIController(), PCI, "PCI controller 0", 0);
    controller(new VirtualSIOController(), SIO, "SIO controller 0", 0);
    child(new VirtualKeyboard(), KEYBOARD, "Keyboard", "Keyboard", PS2, 0);
    pointingDevice();
    videoCard();
    child(
        new VirtualMachineVMCIDevice(),
        VMCI,
        "VMCI device",
        "Device on the virtual machine PCI bus that provides support for the virtual machine"
            + " communication interface",
        PCI,
        17);
    controllers(Bus.SCSI, this::scsiController);
    controllers(Bus.SATA, this::sataController);
    controllers(Bus.NVME, this::nvmeController);
    usbControllers();
    machine.disks().forEach(this::disk);
    new CdromKind().show(this);
    new FloppyKind().show(this);
    new NetworkCardKind(networks).show(this);
    new SerialPortKind().show(this);
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

  Vmx vmx() {
    return vmx;
  }

  private void controllers(Bus bus, IntConsumer show) {
    for (int number = 0; number < bus.buses(); number++) {
      if (vmx.flag(bus.name(number) + ".present")) {
        show.accept(number);
      }
    }
  }

  private void controller(VirtualController controller, int key, String label, int bus) {
    controller.busNumber = bus;
    add(controller, key, label, label);
  }

  void child(
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
    child(device, POINTING, "Pointing device", "Pointing device; Device", PS2, 1);
  }

  private void videoCard() {
    var card = new VirtualMachineVideoCard();
    card.videoRamSizeInKB = 4096L;
    card.numDisplays = 1;
    card.useAutoDetect = false;
    card.enable3DSupport = false;
    card.use3dRenderer = "automatic";
    card.graphicsMemorySizeInKB = 262144L;
    child(card, VIDEO, "Video card ", "Video card", PCI, 0);
  }

  private void scsiController(int bus) {
    String name = Bus.SCSI.name(bus);
    VirtualSCSIController controller;
    String kind;
    switch (vmx.get(name + ".virtualDev").orElse("pvscsi")) {
      case "lsilogic" -> {
        controller = new VirtualLsiLogicController();
        kind = "LSI Logic";
      }
      case "lsisas1068" -> {
        controller = new VirtualLsiLogicSASController();
        kind = "LSI Logic SAS";
      }
      case "buslogic" -> {
        controller = new VirtualBusLogicController();
        kind = "BusLogic";
      }
      default -> {
        controller = new ParaVirtualSCSIController();
        kind = "VMware paravirtual SCSI";
      }
    }
    controller.busNumber = bus;
    controller.hotAddRemove = true;
    controller.sharedBus = sharing(vmx, name);
    controller.scsiCtlrUnitNumber = Bus.SCSI_CONTROLLER_UNIT;
    child(
        controller,
        Bus.SCSI.controllerKey(bus),
        "SCSI controller " + bus,
        kind,
        PCI,
        FIRST_SCSI_UNIT + bus);
  }

  /** What other machines may do with a controller's bus. */
  static VirtualSCSISharing sharing(Vmx vmx, String controller) {
    return switch (vmx.get(controller + ".sharedBus").orElse("none")) {
      case "virtual" -> VirtualSCSISharing.virtualSharing;
      case "physical" -> VirtualSCSISharing.physicalSharing;
      default -> VirtualSCSISharing.noSharing;
    };
  }

  private void sataController(int bus) {
    var controller = new VirtualAHCIController();
    controller.busNumber = bus;
    child(
        controller,
        Bus.SATA.controllerKey(bus),
        "SATA controller " + bus,
        "AHCI",
        PCI,
        FIRST_SATA_UNIT + bus);
  }

  private void nvmeController(int bus) {
    var controller = new VirtualNVMEController();
    controller.busNumber = bus;
    child(
        controller,
        Bus.NVME.controllerKey(bus),
        "NVME controller " + bus,
        "NVME Controller",
        PCI,
        FIRST_NVME_UNIT + bus);
  }

  private void usbControllers() {
    if (vmx.flag("usb.present")) {
      var usb = new VirtualUSBController();
      usb.autoConnectDevices = false;
      usb.ehciEnabled = vmx.flag("ehci.present");
      child(usb, USB, "USB controller", "Auto connect Disabled", PCI, 22);
    }
    if (vmx.flag("usb_xhci.present")) {
      var xhci = new VirtualUSBXHCIController();
      xhci.autoConnectDevices = false;
      child(xhci, XHCI, "USB xHCI controller", "USB xHCI controller", PCI, 23);
    }
  }

  private void disk(VmDisk disk) {
    Place place = Place.of(disk.node());
    int ordinal = machine.disks().indexOf(disk) + 1;
    var device = new VirtualDisk();
    device.backing = backing(disk);
    device.capacityInBytes = disk.capacityBytes();
    device.capacityInKB = disk.capacityBytes() / 1024;
    device.diskObjectId = machine.id().substring(machine.id().indexOf('-') + 1) + "-" + place.key();
    IoShares.show(vmx, disk.node(), device);
    device.nativeUnmanagedLinkedClone = false;
    child(
        device,
        place.key(),
        "Hard disk " + ordinal,
        String.format(Locale.ROOT, "%,d KB", device.capacityInKB),
        place.controllerKey(),
        place.unit());
  }

  private VirtualDeviceBackingInfo backing(VmDisk disk) {
    VirtualDiskFlatVer2BackingInfo parent = null;
    for (VmDisk.Link link : disk.links()) {
      var backing = new VirtualDiskFlatVer2BackingInfo();
      backing.fileName = link.fileName();
      backing.datastore = machine.datastore();
      backing.backingObjectId = "";
      backing.diskMode = disk.mode();
      backing.split = false;
      backing.writeThrough = false;
      backing.thinProvisioned = disk.thin();
      backing.uuid = disk.uuid().toString();
      backing.contentId = link.contentId();
      backing.changeId = link.changeId();
      backing.digestEnabled = false;
      backing.sharing =
          vmx.get(disk.node() + ".sharing").orElse("").equals("multi-writer")
              ? "sharingMultiWriter"
              : "sharingNone";
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

  /** What is connected: what was to be at power on, unless a client has changed it since. */
  VirtualDeviceConnectInfo connection(String prefix) {
    var connection = new VirtualDeviceConnectInfo();
    connection.startConnected = isOn(prefix + ".startConnected", true);
    connection.allowGuestControl = isOn(prefix + ".allowGuestConnectionControl", true);
    connection.connected =
        machine.running() && isOn(prefix + ".connected", connection.startConnected);
    connection.status = machine.running() ? "ok" : "untried";
    return connection;
  }

  private boolean isOn(String key, boolean fallback) {
    return vmx.get(key).isPresent() ? vmx.flag(key) : fallback;
  }
}
