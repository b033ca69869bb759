package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.hardware.Networks;
import dev.vcsnap.vim.DeviceHotPlugNotSupported;
import dev.vcsnap.vim.DisallowedDiskModeChange;
import dev.vcsnap.vim.DistributedVirtualSwitchPortConnection;
import dev.vcsnap.vim.FileAlreadyExists;
import dev.vcsnap.vim.FileNotFound;
import dev.vcsnap.vim.InvalidController;
import dev.vcsnap.vim.InvalidDeviceBacking;
import dev.vcsnap.vim.InvalidDeviceOperation;
import dev.vcsnap.vim.InvalidDeviceSpec;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.MissingController;
import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualAHCIController;
import dev.vcsnap.vim.VirtualCdrom;
import dev.vcsnap.vim.VirtualCdromIsoBackingInfo;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDeviceConnectInfo;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualE1000e;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualEthernetCardDistributedVirtualPortBackingInfo;
import dev.vcsnap.vim.VirtualEthernetCardNetworkBackingInfo;
import dev.vcsnap.vim.VirtualFloppy;
import dev.vcsnap.vim.VirtualFloppyImageBackingInfo;
import dev.vcsnap.vim.VirtualLsiLogicController;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualSCSISharing;
import dev.vcsnap.vim.VirtualVmxnet3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceReconfigurationTest {

  private static final int MB = 1 << 20;

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_disk_is_made_named_after_the_machine_and_put_on_the_first_free_unit() {
    reconfigure(add(disk(1000, null, 4 * MB), create));
    VirtualDisk disk = device(VirtualDisk.class, 2001);
    assertThat(disk.unitNumber).isEqualTo(1);
    assertThat(disk.capacityInBytes).isEqualTo(4L * MB);
    assertThat(disk.deviceInfo.label).isEqualTo("Hard disk 2");
    var backing = (VirtualDiskFlatVer2BackingInfo) disk.backing;
    assertThat(backing.fileName).isEqualTo("[ds] VM/VM_1.vmdk");
    assertThat(backing.diskMode).isEqualTo("persistent");
    assertThat(backing.thinProvisioned).isTrue();
    assertThat(root.resolve("VM/VM_1-flat.vmdk")).hasSize(4L * MB);
    assertThat(machine.disk("scsi0:1").sizeBytes()).isEqualTo(4L * MB);
  }

  @Test
  void the_new_disk_is_there_after_a_restart_and_takes_part_in_snapshots() {
    reconfigure(add(disk(1000, 3, 4 * MB), create));
    int uid = lab.snapshot(machine, "both");
    assertThat(machine.snapshots().find(uid).orElseThrow().disks())
        .extracting(frozen -> frozen.node() + " " + frozen.fileName())
        .containsExactlyInAnyOrder("scsi0:0 VM.vmdk", "scsi0:3 VM_1.vmdk");
    lab.close();
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0", "scsi0:3");
  }

  @Test
  void several_disks_of_one_specification_get_names_and_units_of_their_own() {
    reconfigure(
        add(disk(1000, -1, MB), create),
        add(disk(1000, null, MB), create),
        add(disk(1000, 12, MB), create));
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0", "scsi0:1", "scsi0:2", "scsi0:12");
    assertThat(root.resolve("VM/VM_3.vmdk")).exists();
  }

  @Test
  void a_disk_hangs_on_a_controller_that_the_same_specification_brings() {
    var controller = new ParaVirtualSCSIController();
    controller.key = -101;
    controller.busNumber = 1;
    controller.sharedBus = VirtualSCSISharing.noSharing;
    var sata = new VirtualAHCIController();
    sata.key = -102;
    sata.busNumber = 0;
    reconfigure(
        add(controller, null),
        add(sata, null),
        add(disk(-101, null, MB), create),
        add(disk(-102, null, MB), create));
    assertThat(device(VirtualDisk.class, 2016).controllerKey).isEqualTo(1001);
    assertThat(device(VirtualDisk.class, 16000).controllerKey).isEqualTo(15000);
    assertThat(device(ParaVirtualSCSIController.class, 1001).device).containsExactly(2016);
  }

  @Test
  void a_controller_with_disks_stays_and_one_without_goes() {
    var controller = new VirtualLsiLogicController();
    controller.busNumber = 2;
    controller.sharedBus = VirtualSCSISharing.virtualSharing;
    reconfigure(add(controller, null));
    assertThat(device(VirtualLsiLogicController.class, 1002).sharedBus)
        .isEqualTo(VirtualSCSISharing.virtualSharing);
    reconfigure(remove(device(VirtualLsiLogicController.class, 1002), null));
    assertThat(devices()).noneMatch(device -> device.key == 1002);
    refused(
        InvalidDeviceOperation.class, remove(device(ParaVirtualSCSIController.class, 1000), null));
  }

  @Test
  void a_place_that_is_taken_reserved_or_not_there_is_refused() {
    assertThat(refused(InvalidDeviceSpec.class, add(disk(1000, 0, MB), create)).property)
        .isEqualTo("virtualDeviceSpec.device.unitNumber");
    refused(InvalidDeviceSpec.class, add(disk(1000, 7, MB), create));
    refused(InvalidDeviceSpec.class, add(disk(1000, 16, MB), create));
    assertThat(refused(InvalidController.class, add(disk(1003, 0, MB), create)).controllerKey)
        .isEqualTo(1003);
    var alone = disk(0, 0, MB);
    alone.controllerKey = null;
    refused(MissingController.class, add(alone, create));
  }

  @Test
  void a_refusal_carries_the_place_in_the_list_and_nothing_of_the_list_happens() {
    InvalidDeviceSpec fault =
        refused(
            InvalidDeviceSpec.class,
            add(disk(1000, 1, MB), create),
            add(disk(1000, 1, MB), create));
    assertThat(fault.deviceIndex).isEqualTo(1);
    assertThat(root.resolve("VM/VM_1.vmdk")).doesNotExist();
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0");
  }

  @Test
  void a_disk_that_cannot_be_opened_takes_back_what_was_made_before_it() throws Exception {
    Files.writeString(root.resolve("VM/broken.vmdk"), "no descriptor");
    VirtualDisk broken = named(disk(1000, 2, 0), "[ds] VM/broken.vmdk");
    catchThrowableOfType(
        RuntimeException.class,
        () -> reconfigure(add(disk(1000, 1, MB), create), add(broken, null)));
    assertThat(root.resolve("VM/VM_1.vmdk")).doesNotExist();
    assertThat(root.resolve("VM/VM_1-flat.vmdk")).doesNotExist();
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0");
  }

  @Test
  void a_detached_disk_keeps_its_bytes_and_can_be_attached_again() {
    reconfigure(add(disk(1000, 1, MB), create));
    machine.disk("scsi0:1").writeAt(512, java.nio.ByteBuffer.wrap(new byte[] {9}));
    reconfigure(remove(device(VirtualDisk.class, 2001), null));
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0");
    assertThat(machine.vmx().keysStartingWith("scsi0:1.")).isEmpty();
    assertThat(root.resolve("VM/VM_1.vmdk")).exists();
    reconfigure(add(named(disk(1000, 5, 0), "[ds] VM/VM_1.vmdk"), null));
    var read = java.nio.ByteBuffer.allocate(1);
    machine.disk("scsi0:5").readAt(512, read);
    assertThat(read.get(0)).isEqualTo((byte) 9);
  }

  @Test
  void a_destroyed_disk_leaves_no_file() {
    reconfigure(add(disk(1000, 1, MB), create));
    reconfigure(remove(device(VirtualDisk.class, 2001), destroy));
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0");
    assertThat(root.resolve("VM/VM_1.vmdk")).doesNotExist();
    assertThat(root.resolve("VM/VM_1-flat.vmdk")).doesNotExist();
  }

  @Test
  void files_that_are_there_or_missing_are_told_apart() {
    assertThat(
            refused(
                    FileAlreadyExists.class,
                    add(named(disk(1000, 1, MB), "[ds] VM/VM.vmdk"), create))
                .file)
        .isEqualTo("[ds] VM/VM.vmdk");
    refused(FileNotFound.class, add(named(disk(1000, 1, MB), "[ds] VM/none.vmdk"), null));
    refused(FileNotFound.class, add(named(disk(1000, 1, MB), "[ds] none/a.vmdk"), create));
    refused(InvalidDeviceBacking.class, add(named(disk(1000, 1, MB), "[other] VM/a.vmdk"), null));
  }

  @Test
  void a_linked_disk_is_an_empty_child_of_its_parent_and_leaves_it_there() {
    reconfigure(add(disk(1000, 1, MB), create));
    machine.disk("scsi0:1").writeAt(0, java.nio.ByteBuffer.wrap(new byte[] {7}));
    reconfigure(remove(device(VirtualDisk.class, 2001), null));
    VirtualDisk child = disk(1000, 1, 0);
    var parent = new VirtualDiskFlatVer2BackingInfo();
    parent.fileName = "[ds] VM/VM_1.vmdk";
    ((VirtualDiskFlatVer2BackingInfo) child.backing).parent = parent;
    ((VirtualDiskFlatVer2BackingInfo) child.backing).fileName = "[ds]";
    reconfigure(add(child, create));
    var backing = (VirtualDiskFlatVer2BackingInfo) device(VirtualDisk.class, 2001).backing;
    assertThat(backing.fileName).isEqualTo("[ds] VM/VM_2.vmdk");
    assertThat(backing.parent.fileName).isEqualTo("[ds] VM/VM_1.vmdk");
    reconfigure(remove(device(VirtualDisk.class, 2001), destroy));
    assertThat(root.resolve("VM/VM_2.vmdk")).doesNotExist();
    assertThat(root.resolve("VM/VM_1.vmdk")).exists();
  }

  @Test
  @Rule(
      value = "B19",
      says = "A snapshot disk in another folder is named absolutely.",
      by = Witness.CLIENT)
  void a_disk_of_another_folder_keeps_its_deltas_beside_itself() {
    lab.machine("OTHER");
    new dev.vcsnap.disk.chain.DiskFactory(
            new dev.vcsnap.ground.ids.Ids(new dev.vcsnap.ground.dice.Dice(7)), lab.clock)
        .createFlat(root.resolve("OTHER/data.vmdk"), MB, true);
    reconfigure(add(named(disk(1000, 1, 0), "[ds] OTHER/data.vmdk"), null));
    assertThat(machine.vmx().get("scsi0:1.fileName"))
        .hasValueSatisfying(
            name -> assertThat(name).matches("/vmfs/volumes/[0-9a-f-]+/OTHER/data\\.vmdk"));
    machine.disk("scsi0:1").writeAt(0, java.nio.ByteBuffer.wrap(new byte[] {1}));
    int uid = lab.snapshot(machine, "first");
    assertThat(root.resolve("OTHER/data-000001.vmdk")).exists();
    machine.disk("scsi0:1").writeAt(0, java.nio.ByteBuffer.wrap(new byte[] {2}));
    lab.snapshots.revert(machine, uid, false, percent -> {});
    var read = java.nio.ByteBuffer.allocate(1);
    machine.disk("scsi0:1").readAt(0, read);
    assertThat(read.get(0)).isEqualTo((byte) 1);
    lab.remove(machine, uid);
    assertThat(machine.disk("scsi0:1").links()).hasSize(1);
    assertThat(root.resolve("OTHER/data-000001.vmdk")).doesNotExist();
    lab.close();
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0", "scsi0:1");
  }

  @Test
  void a_linked_disk_has_snapshots_of_its_own_and_its_parent_stays() {
    reconfigure(add(disk(1000, 1, MB), create));
    reconfigure(remove(device(VirtualDisk.class, 2001), null));
    VirtualDisk child = disk(1000, 1, 0);
    var parent = new VirtualDiskFlatVer2BackingInfo();
    parent.fileName = "[ds] VM/VM_1.vmdk";
    ((VirtualDiskFlatVer2BackingInfo) child.backing).parent = parent;
    reconfigure(add(child, create));
    int uid = lab.snapshot(machine, "first");
    assertThat(root.resolve("VM/VM_2-000001.vmdk")).exists();
    lab.remove(machine, uid);
    assertThat(machine.disk("scsi0:1").links()).hasSize(2);
    assertThat(root.resolve("VM/VM_2-000001.vmdk")).doesNotExist();
    assertThat(root.resolve("VM/VM_1.vmdk")).exists();
  }

  @Test
  void a_disk_grows_while_the_machine_runs_whichever_member_says_so() {
    VirtualDisk disk = device(VirtualDisk.class, 2000);
    var larger = disk(1000, 0, 0);
    larger.key = 2000;
    larger.backing = null;
    larger.capacityInKB = 16 * 1024;
    larger.capacityInBytes = disk.capacityInBytes;
    reconfigure(edit(larger));
    assertThat(device(VirtualDisk.class, 2000).capacityInBytes).isEqualTo(16L * MB);
    larger.capacityInBytes = 20L * MB;
    reconfigure(edit(larger));
    assertThat(device(VirtualDisk.class, 2000).capacityInKB).isEqualTo(20 * 1024);
    assertThat(machine.disk("scsi0:0").sizeBytes()).isEqualTo(20L * MB);
    larger.capacityInBytes = 4L * MB;
    refused(InvalidDeviceOperation.class, edit(larger));
  }

  @Test
  @Rule(
      value = "B20",
      says = "A disk that has snapshots is not resized: InvalidDeviceOperation, badOp edit.",
      by = Witness.OBSERVED)
  void a_disk_with_snapshots_does_not_grow_and_says_why() {
    lab.snapshot(machine, "first");
    VirtualDisk disk = device(VirtualDisk.class, 2000);
    disk.capacityInBytes = 16L * MB;
    InvalidDeviceOperation hot = refused(InvalidDeviceOperation.class, edit(disk));
    assertThat(hot.badOp).isEqualTo(VirtualDeviceConfigSpecOperation.edit);
    assertThat(hot.faultMessage.getFirst().message)
        .isEqualTo(
            "Hot-extend is currently supported only for VMFS flat virtual disks without snapshots"
                + " opened in persistent mode");
    lab.power.powerOff(machine);
    assertThat(refused(InvalidDeviceOperation.class, edit(disk)).faultMessage.getFirst().message)
        .isEqualTo("Disks with parents cannot be expanded.");
    VimException thrown = catchThrowableOfType(VimException.class, () -> reconfigure(edit(disk)));
    assertThat(thrown).hasMessage("Invalid operation for device '0'.");
  }

  @Test
  @Rule(
      value = "B21",
      says =
          "A disk that a snapshot needs is neither detached (InvalidDeviceSpec) nor put into"
              + " another mode (DisallowedDiskModeChange).",
      by = Witness.OBSERVED)
  void a_disk_that_a_snapshot_needs_stays_as_it_is() {
    lab.power.powerOff(machine);
    lab.snapshot(machine, "first");
    VirtualDisk disk = device(VirtualDisk.class, 2000);
    refused(InvalidDeviceSpec.class, remove(disk, null));
    refused(InvalidDeviceSpec.class, remove(disk, destroy));
    VimException thrown =
        catchThrowableOfType(VimException.class, () -> reconfigure(remove(disk, null)));
    assertThat(thrown).hasMessage("Invalid configuration for device '0'.");
    ((VirtualDiskFlatVer2BackingInfo) disk.backing).diskMode = "independent_persistent";
    refused(DisallowedDiskModeChange.class, edit(disk));
  }

  @Test
  void a_disk_changes_its_mode_while_the_machine_is_off() {
    VirtualDisk disk = device(VirtualDisk.class, 2000);
    ((VirtualDiskFlatVer2BackingInfo) disk.backing).diskMode = "independent_persistent";
    refused(DeviceHotPlugNotSupported.class, edit(disk));
    lab.power.powerOff(machine);
    reconfigure(edit(disk));
    var backing = (VirtualDiskFlatVer2BackingInfo) device(VirtualDisk.class, 2000).backing;
    assertThat(backing.diskMode).isEqualTo("independent_persistent");
    assertThat(machine.vmx().get("scsi0:0.mode")).contains("independent-persistent");
  }

  @Test
  void an_edit_of_a_device_that_is_not_there_is_refused() {
    VirtualDisk disk = disk(1000, 9, MB);
    disk.key = 2009;
    assertThat(refused(InvalidDeviceSpec.class, edit(disk)).property)
        .isEqualTo("virtualDeviceSpec.device.key");
  }

  @Test
  void an_adapter_comes_goes_and_changes_its_network() {
    var card = new VirtualE1000e();
    card.key = -1;
    var backing = new VirtualEthernetCardNetworkBackingInfo();
    backing.deviceName = "VM Network";
    card.backing = backing;
    card.addressType = "generated";
    reconfigure(add(card, null));
    VirtualEthernetCard added = device(VirtualEthernetCard.class, 4001);
    assertThat(added).isInstanceOf(VirtualE1000e.class);
    assertThat(added.macAddress).matches("00:50:56:[89ab][0-9a-f](:[0-9a-f]{2}){2}");
    assertThat(added.addressType).isEqualTo("assigned");
    assertThat(added.deviceInfo.label).isEqualTo("Network adapter 2");
    assertThat(((VirtualEthernetCardNetworkBackingInfo) added.backing).network.type())
        .isEqualTo("Network");
    ((VirtualEthernetCardNetworkBackingInfo) added.backing).deviceName = "nowhere";
    ((VirtualEthernetCardNetworkBackingInfo) added.backing).network = null;
    refused(InvalidDeviceBacking.class, edit(added));
    reconfigure(remove(added, null));
    assertThat(devices()).noneMatch(device -> device.key == 4001);
  }

  @Test
  void an_adapter_on_a_distributed_switch_has_a_port_there() {
    Networks.Network portgroup = lab.networks.named("DC0_DVPG0").orElseThrow();
    var card = new VirtualVmxnet3();
    card.key = -1;
    var backing = new VirtualEthernetCardDistributedVirtualPortBackingInfo();
    backing.port = new DistributedVirtualSwitchPortConnection();
    backing.port.switchUuid = String.valueOf(portgroup.switchUuid());
    backing.port.portgroupKey = portgroup.reference().value();
    card.backing = backing;
    reconfigure(add(card, null));
    VirtualEthernetCard added = device(VirtualEthernetCard.class, 4001);
    DistributedVirtualSwitchPortConnection port =
        ((VirtualEthernetCardDistributedVirtualPortBackingInfo) added.backing).port;
    assertThat(port.portgroupKey).isEqualTo(backing.port.portgroupKey);
    assertThat(port.portKey).containsOnlyDigits();
    assertThat(port.connectionCookie).isNotNull();
    assertThat(machine.vmx().get("ethernet1.dvs.portId")).hasValue(port.portKey);
    assertThat(machine.vmx().get("ethernet1.dvs.connectionId"))
        .hasValue(String.valueOf(port.connectionCookie));
    reconfigure(edit(added));
    assertThat(device(VirtualEthernetCard.class, 4001).backing).isEqualTo(added.backing);
  }

  @Test
  void an_image_of_the_host_itself_is_of_no_datastore() {
    lab.power.powerOff(machine);
    var drive = new VirtualCdrom();
    drive.controllerKey = 200;
    var iso = new VirtualCdromIsoBackingInfo();
    iso.fileName = "[] /usr/lib/vmware/isoimages/linux.iso";
    drive.backing = iso;
    reconfigure(add(drive, null));
    assertThat(machine.vmx().get("ide0:0.fileName"))
        .hasValue("/usr/lib/vmware/isoimages/linux.iso");
    assertThat(((VirtualCdromIsoBackingInfo) device(VirtualCdrom.class, 3000).backing).fileName)
        .isEqualTo(iso.fileName);
  }

  @Test
  void a_client_chooses_an_address_and_disconnects_the_adapter() {
    VirtualEthernetCard card = device(VirtualEthernetCard.class, 4000);
    card.backing = null;
    card.addressType = "manual";
    card.macAddress = "00:50:56:00:00:01";
    card.connectable = new VirtualDeviceConnectInfo();
    card.connectable.startConnected = true;
    reconfigure(edit(card));
    VirtualEthernetCard changed = device(VirtualEthernetCard.class, 4000);
    assertThat(changed.macAddress).isEqualTo("00:50:56:00:00:01");
    assertThat(changed.addressType).isEqualTo("manual");
    assertThat(changed.connectable.connected).isFalse();
    card.macAddress = "nonsense";
    refused(InvalidDeviceSpec.class, edit(card));
  }

  @Test
  void drives_take_images_and_only_what_can_be_plugged_comes_to_a_running_machine() {
    var drive = new VirtualCdrom();
    drive.controllerKey = 200;
    var iso = new VirtualCdromIsoBackingInfo();
    iso.fileName = "[ds] images/install.iso";
    drive.backing = iso;
    refused(DeviceHotPlugNotSupported.class, add(drive, null));
    lab.power.powerOff(machine);
    var floppy = new VirtualFloppy();
    var image = new VirtualFloppyImageBackingInfo();
    image.fileName = "[ds] images/boot.flp";
    floppy.backing = image;
    reconfigure(add(drive, null), add(floppy, null));
    assertThat(device(VirtualCdrom.class, 3000).deviceInfo.label).isEqualTo("CD/DVD drive 1");
    assertThat(((VirtualCdromIsoBackingInfo) device(VirtualCdrom.class, 3000).backing).fileName)
        .isEqualTo("[ds] images/install.iso");
    assertThat(((VirtualFloppyImageBackingInfo) device(VirtualFloppy.class, 8000).backing).fileName)
        .isEqualTo("[ds] images/boot.flp");
    assertThat(machine.vmx().get("ide0:0.fileName").orElseThrow())
        .startsWith("/vmfs/volumes/")
        .endsWith("/images/install.iso");
    reconfigure(
        remove(device(VirtualCdrom.class, 3000), null),
        remove(device(VirtualFloppy.class, 8000), null));
    assertThat(devices()).noneMatch(device -> device.key == 3000 || device.key == 8000);
  }

  @Test
  void a_machine_s_own_device_list_can_be_added_to_it_where_every_machine_has_the_device() {
    List<VirtualDevice> fixed = devices().stream().filter(device -> device.key < 1000).toList();
    reconfigure(
        fixed.stream().map(device -> add(device, null)).toArray(VirtualDeviceConfigSpec[]::new));
    assertThat(devices().stream().filter(device -> device.key < 1000)).hasSameSizeAs(fixed);
  }

  // ---- what clients send

  private static final VirtualDeviceConfigSpecFileOperation create =
      VirtualDeviceConfigSpecFileOperation.create;
  private static final VirtualDeviceConfigSpecFileOperation destroy =
      VirtualDeviceConfigSpecFileOperation.destroy;

  private void reconfigure(VirtualDeviceConfigSpec... changes) {
    var spec = new VirtualMachineConfigSpec();
    spec.deviceChange = List.of(changes);
    lab.reconfigure.reconfigure(machine, spec);
  }

  private <T extends MethodFault> T refused(Class<T> type, VirtualDeviceConfigSpec... changes) {
    VimException thrown = catchThrowableOfType(VimException.class, () -> reconfigure(changes));
    assertThat(thrown).as("a refusal").isNotNull();
    assertThat(thrown.fault()).isInstanceOf(type);
    return type.cast(thrown.fault());
  }

  private static VirtualDeviceConfigSpec add(
      VirtualDevice device, VirtualDeviceConfigSpecFileOperation file) {
    return change(VirtualDeviceConfigSpecOperation.add, device, file);
  }

  private static VirtualDeviceConfigSpec edit(VirtualDevice device) {
    return change(VirtualDeviceConfigSpecOperation.edit, device, null);
  }

  private static VirtualDeviceConfigSpec remove(
      VirtualDevice device, VirtualDeviceConfigSpecFileOperation file) {
    return change(VirtualDeviceConfigSpecOperation.remove, device, file);
  }

  private static VirtualDeviceConfigSpec change(
      VirtualDeviceConfigSpecOperation operation,
      VirtualDevice device,
      VirtualDeviceConfigSpecFileOperation file) {
    var change = new VirtualDeviceConfigSpec();
    change.operation = operation;
    change.fileOperation = file;
    change.device = device;
    return change;
  }

  private static VirtualDisk disk(int controllerKey, Integer unit, int bytes) {
    var disk = new VirtualDisk();
    disk.key = -1;
    disk.controllerKey = controllerKey;
    disk.unitNumber = unit;
    disk.capacityInKB = bytes / 1024;
    var backing = new VirtualDiskFlatVer2BackingInfo();
    backing.diskMode = "persistent";
    backing.thinProvisioned = true;
    backing.fileName = "[ds]";
    disk.backing = backing;
    return disk;
  }

  private static VirtualDisk named(VirtualDisk disk, String fileName) {
    ((VirtualDiskFlatVer2BackingInfo) disk.backing).fileName = fileName;
    return disk;
  }

  private List<VirtualDevice> devices() {
    return MachineLab.config(machine).hardware.device;
  }

  private <T extends VirtualDevice> T device(Class<T> type, int key) {
    return devices().stream()
        .filter(device -> device.key == key)
        .findFirst()
        .map(type::cast)
        .orElseThrow();
  }
}
