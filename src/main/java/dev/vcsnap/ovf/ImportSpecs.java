package dev.vcsnap.ovf;

import dev.vcsnap.hardware.ControllerPlace;
import dev.vcsnap.hardware.Networks;
import dev.vcsnap.vim.DistributedVirtualSwitchPortConnection;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.OvfCreateImportSpecParams;
import dev.vcsnap.vim.OvfFileItem;
import dev.vcsnap.vim.OvfNetworkMapping;
import dev.vcsnap.vim.VirtualAHCIController;
import dev.vcsnap.vim.VirtualCdrom;
import dev.vcsnap.vim.VirtualCdromRemotePassthroughBackingInfo;
import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDeviceConnectInfo;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualDiskMode;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualEthernetCardDistributedVirtualPortBackingInfo;
import dev.vcsnap.vim.VirtualEthernetCardMacType;
import dev.vcsnap.vim.VirtualEthernetCardNetworkBackingInfo;
import dev.vcsnap.vim.VirtualIDEController;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineFileInfo;
import dev.vcsnap.vim.VirtualMachineImportSpec;
import dev.vcsnap.vim.VirtualNVMEController;
import dev.vcsnap.vim.VirtualSCSIController;
import dev.vcsnap.vim.VirtualSCSISharing;
import dev.vcsnap.vim.VirtualUSBController;
import dev.vcsnap.vim.VirtualUSBXHCIController;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the specification of a machine of a package, and says which file goes to which of its
 * disks.
 *
 * <p>What cannot be had here, such as an image in a drive, is left out with a warning.
 */
final class ImportSpecs {

  /** The ways in which disks can be provisioned. */
  static final List<String> PROVISIONING =
      List.of(
          "thin",
          "sparse",
          "monolithicSparse",
          "thick",
          "flat",
          "monolithicFlat",
          "eagerZeroedThick");

  private static final int IDE_KEY = 200;
  private static final int SCSI_OWN_UNIT = 7;
  private static final int CIM_DISK = 17;

  /** More than any machine has of devices. */
  private static final int ITEMS_MAX = 500;

  /** Kinds of items that every machine has or that say nothing to it. */
  private static final Set<Integer> WITHOUT_MEANING = Set.of(0, 1, 24, 35);

  private final OvfPackage pack;
  private final OvfCreateImportSpecParams params;
  private final Networks networks;
  private final String defaultNetwork;
  private final VirtualMachineConfigSpec spec = new VirtualMachineConfigSpec();
  private final List<VirtualDevice> devices = new ArrayList<>();
  private final List<OvfFileItem> fileItems = new ArrayList<>();
  private final List<LocalizedMethodFault> warnings = new ArrayList<>();
  private final Map<String, VirtualController> controllers = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private int lastKey;

  ImportSpecs(
      OvfPackage pack,
      OvfCreateImportSpecParams params,
      Networks networks,
      String defaultNetwork,
      String datastore) {
    this.pack = pack;
    this.params = params;
    this.networks = networks;
    this.defaultNetwork = defaultNetwork;
    spec.name =
        params.entityName == null || params.entityName.isEmpty() ? pack.name() : params.entityName;
    spec.files = new VirtualMachineFileInfo();
    spec.files.vmPathName = "[" + datastore + "]";
    spec.guestId = pack.osType() == null ? "otherGuest" : pack.osType();
    spec.version = pack.version();
    spec.firmware = pack.firmware();
    spec.annotation = pack.annotation();
    spec.deviceChange = new ArrayList<>();
  }

  List<OvfFileItem> fileItems() {
    return fileItems;
  }

  List<LocalizedMethodFault> warnings() {
    return warnings;
  }

  VirtualMachineImportSpec make() throws OvfProblem {
    List<RasdItem> items = chosen();
    if (items.size() > ITEMS_MAX) {
      throw OvfProblem.tooMany(items.size(), ITEMS_MAX);
    }
    for (RasdItem item : items) {
      amount(item);
      controller(item).ifPresent(controller -> controllers.put(item.instanceId(), controller));
    }
    for (RasdItem item : items) {
      attach(item);
    }
    for (OvfProduct product : pack.products()) {
      if (!product.properties().isEmpty()) {
        warnings.add(
            OvfProblem.section(product.section(), "has properties, which are left out")
                .localized());
      }
    }
    var made = new VirtualMachineImportSpec();
    made.configSpec = spec;
    return made;
  }

  /** The items of the configuration that was chosen, or of the first. */
  private List<RasdItem> chosen() {
    String wanted = params.deploymentOption == null ? "" : params.deploymentOption;
    String option =
        wanted.isEmpty() && !pack.options().isEmpty() ? pack.options().getFirst().key() : wanted;
    return pack.items().stream()
        .filter(each -> each.configurations().isEmpty() || each.configurations().contains(option))
        .map(OvfPackage.Hardware::item)
        .toList();
  }

  private void amount(RasdItem item) throws OvfProblem {
    long quantity = item.quantity() == null ? 0 : item.quantity();
    if (item.type() == RasdItem.PROCESSOR) {
      spec.numCPUs = (int) Math.min(quantity, Integer.MAX_VALUE);
    } else if (item.type() == RasdItem.MEMORY) {
      long unit =
          AllocationUnits.bytesIn(item.units() == null ? "byte * 2^20" : item.units())
              .orElse(1L << 20);
      spec.memoryMB = quantity > Long.MAX_VALUE / unit ? Long.MAX_VALUE : (quantity * unit) >> 20;
    }
  }

  private Optional<VirtualController> controller(RasdItem item) {
    VirtualController controller =
        switch (item.type()) {
          case RasdItem.IDE_CONTROLLER -> new VirtualIDEController();
          case RasdItem.SCSI_CONTROLLER -> DeviceNames.scsiNamed(item.subType());
          case RasdItem.STORAGE_CONTROLLER ->
              DeviceNames.NVME.equalsIgnoreCase(item.subType())
                  ? new VirtualNVMEController()
                  : new VirtualAHCIController();
          case RasdItem.USB_CONTROLLER ->
              DeviceNames.XHCI.equalsIgnoreCase(item.subType())
                  ? new VirtualUSBXHCIController()
                  : new VirtualUSBController();
          default -> null;
        };
    if (controller == null) {
      return Optional.empty();
    }
    controller.busNumber = busNumber(controller, item.address());
    if (controller instanceof VirtualSCSIController scsi) {
      scsi.sharedBus = VirtualSCSISharing.noSharing;
    }
    if (controller instanceof VirtualIDEController) {
      // Every machine has the two.
      controller.key = IDE_KEY + Math.min(controller.busNumber, 1);
      devices.add(controller);
    } else {
      add(controller, null);
    }
    return Optional.of(controller);
  }

  /** The number that is asked for, or the next one of the kind of bus. */
  private int busNumber(VirtualController controller, @Nullable String address) {
    if (address != null && address.matches("\\d")) {
      return Integer.parseInt(address);
    }
    boolean scsi = controller instanceof VirtualSCSIController;
    return (int)
        devices.stream()
            .filter(other ->
                scsi
                    ? other instanceof VirtualSCSIController
                    : other.getClass().equals(controller.getClass()))
            .count();
  }

  private void attach(RasdItem item) throws OvfProblem {
    switch (item.type()) {
      case RasdItem.DISK -> disk(item);
      case RasdItem.NETWORK_CARD -> networkCard(item);
      case RasdItem.CDROM, RasdItem.DVD -> drive(item);
      case RasdItem.PROCESSOR,
          RasdItem.MEMORY,
          RasdItem.IDE_CONTROLLER,
          RasdItem.SCSI_CONTROLLER,
          RasdItem.STORAGE_CONTROLLER,
          RasdItem.USB_CONTROLLER -> {}
      default -> {
        if (!WITHOUT_MEANING.contains(item.type())) {
          warnings.add(OvfProblem.leftOut(item).localized());
        }
      }
    }
  }

  private void disk(RasdItem item) throws OvfProblem {
    String resource = item.hostResource() == null ? "" : item.hostResource();
    OvfPackage.Disk described = pack.disks().get(resource.substring(resource.lastIndexOf('/') + 1));
    if (described == null) {
      throw OvfProblem.reference(item, "a disk", resource);
    }
    VirtualController controller = controllerOf(item);
    var disk = new VirtualDisk();
    disk.controllerKey = controller.key;
    disk.unitNumber = unit(controller, item);
    disk.capacityInKB = Math.ceilDiv(described.capacityBytes(), 1024);
    disk.capacityInBytes = disk.capacityInKB * 1024;
    var backing = new VirtualDiskFlatVer2BackingInfo();
    backing.fileName = "";
    backing.diskMode = VirtualDiskMode.persistent.name();
    provision(backing);
    disk.backing = backing;
    add(disk, VirtualDeviceConfigSpecFileOperation.create);
    if (described.file() != null) {
      fileItems.add(fileItem(disk, described.file()));
    }
  }

  private OvfFileItem fileItem(VirtualDisk disk, OvfPackage.FileReference file) {
    var item = new OvfFileItem();
    item.deviceId = "/" + spec.name + "/" + ControllerPlace.of(devices, disk).orElseThrow();
    item.path = file.href();
    item.compressionMethod = file.compression().isEmpty() ? null : file.compression();
    item.chunkSize = file.chunkBytes() == 0 ? null : file.chunkBytes();
    item.size = file.sizeBytes() == 0 ? null : file.sizeBytes();
    item.cimType = CIM_DISK;
    item.create = false;
    return item;
  }

  /** Thin unless something else is asked for (assumed). */
  private void provision(VirtualDiskFlatVer2BackingInfo backing) throws OvfProblem {
    String wanted = params.diskProvisioning == null ? "" : params.diskProvisioning;
    switch (wanted) {
      case "", "thin", "sparse", "monolithicSparse" -> backing.thinProvisioned = true;
      case "thick", "flat", "monolithicFlat" -> backing.thinProvisioned = false;
      case "eagerZeroedThick" -> {
        backing.thinProvisioned = false;
        backing.eagerlyScrub = true;
      }
      default -> throw OvfProblem.provisioning(wanted);
    }
  }

  private void drive(RasdItem item) throws OvfProblem {
    if (item.hostResource() != null) {
      warnings.add(OvfProblem.leftOut(item).localized());
    }
    VirtualController controller = controllerOf(item);
    if (!(controller instanceof VirtualIDEController)
        && !(controller instanceof VirtualAHCIController)) {
      warnings.add(OvfProblem.leftOut(item).localized());
      return;
    }
    var drive = new VirtualCdrom();
    drive.controllerKey = controller.key;
    drive.unitNumber = unit(controller, item);
    var backing = new VirtualCdromRemotePassthroughBackingInfo();
    backing.deviceName = "";
    backing.exclusive = false;
    drive.backing = backing;
    drive.connectable = connection(false);
    add(drive, null);
  }

  private void networkCard(RasdItem item) {
    VirtualEthernetCard card = DeviceNames.networkCardNamed(item.subType());
    Networks.Network network = networkFor(item.connection() == null ? "" : item.connection());
    if (network.switchUuid() == null) {
      var backing = new VirtualEthernetCardNetworkBackingInfo();
      backing.deviceName = network.name();
      backing.network = network.reference();
      card.backing = backing;
    } else {
      var backing = new VirtualEthernetCardDistributedVirtualPortBackingInfo();
      backing.port = new DistributedVirtualSwitchPortConnection();
      backing.port.switchUuid = network.switchUuid();
      backing.port.portgroupKey = network.reference().value();
      card.backing = backing;
    }
    card.addressType = VirtualEthernetCardMacType.generated.name();
    card.connectable = connection(!Boolean.FALSE.equals(item.connected()));
    add(card, null);
  }

  /** The network that the client chose, else the one of that name, else the usual one. */
  private Networks.Network networkFor(String name) {
    List<OvfNetworkMapping> mappings =
        params.networkMapping == null ? List.of() : params.networkMapping;
    return mappings.stream()
        .filter(mapping -> name.equals(mapping.name) && mapping.network != null)
        .findFirst()
        .flatMap(mapping -> networks.byId(mapping.network.value()))
        .or(() -> networks.named(name))
        .or(() -> networks.named(defaultNetwork))
        .orElseThrow();
  }

  private static VirtualDeviceConnectInfo connection(boolean atPowerOn) {
    var connection = new VirtualDeviceConnectInfo();
    connection.startConnected = atPowerOn;
    connection.allowGuestControl = true;
    connection.connected = false;
    return connection;
  }

  private VirtualController controllerOf(RasdItem item) throws OvfProblem {
    VirtualController controller = controllers.get(Objects.requireNonNullElse(item.parent(), ""));
    if (controller == null) {
      throw OvfProblem.reference(item, "a controller", String.valueOf(item.parent()));
    }
    return controller;
  }

  private int unit(VirtualController controller, RasdItem item) throws OvfProblem {
    String address = item.addressOnParent();
    if (address != null && address.strip().matches("\\d{1,2}")) {
      int unit = Integer.parseInt(address.strip());
      if (!taken.add(controller.key + ":" + unit)) {
        throw OvfProblem.reference(item, "a free place on its controller", address);
      }
      return unit;
    }
    int unit = 0;
    while ((unit == SCSI_OWN_UNIT && controller instanceof VirtualSCSIController)
        || !taken.add(controller.key + ":" + unit)) {
      unit++;
    }
    return unit;
  }

  private void add(VirtualDevice device, @Nullable VirtualDeviceConfigSpecFileOperation operation) {
    device.key = --lastKey;
    devices.add(device);
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.add;
    change.fileOperation = operation;
    change.device = device;
    spec.deviceChange.add(change);
  }
}
