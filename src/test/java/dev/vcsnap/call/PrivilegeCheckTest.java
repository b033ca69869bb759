package dev.vcsnap.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.Placement;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NoPermission;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.Permission;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskReasonUser;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDeviceFileBackingInfo;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualE1000;
import dev.vcsnap.vim.VirtualEthernetCardNetworkBackingInfo;
import dev.vcsnap.vim.VirtualHardware;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineFileInfo;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked at the door, of a caller who has nothing but what is needed to look. */
class PrivilegeCheckTest {

  private static final String CONFIG = "VirtualMachine.Config.";

  @TempDir Path folder;

  private final ObjectRegistry objects = new ObjectRegistry();
  private final SessionService sessions =
      new SessionService(
          new StillClock(),
          new Ids(new Dice(1)),
          List.of(
              Account.administrator("root", "x"), new Account("ann", "x", Set.of(), "ReadOnly")),
          Duration.ofMinutes(30));
  private final AuthorizationService authorization =
      new AuthorizationService(sessions.accounts(), new PrivilegeCatalog());
  private final AccessService access = new AccessService(objects, authorization);
  private final String ann = sessions.login("ann", "x", "en", "", "").orElseThrow().id();
  private InventoryTree tree;
  private CallService calls;
  private ManagedObject vm;
  private ManagedObjectReference datastore;

  @BeforeEach
  void start() {
    tree =
        new InventoryTree(
            objects,
            new StillClock(),
            Personality.vcenter("test"),
            new HostIdentity("127.0.0.1", ""),
            List.of(new Datastore("LocalDS_0", folder)));
    datastore = tree.defaultDatastore().reference();
    vm = new ManagedObject("VirtualMachine", "vm-62");
    Placement placement = tree.placementOn(tree.defaultHost());
    tree.restructure(tx -> {
      tx.add(vm)
          .set(vm, "name", "VM")
          .set(vm, "parent", placement.folder())
          .set(vm, "resourcePool", placement.pool())
          .set(vm, "datastore", List.of(datastore))
          .set(vm, "config", config());
      tree.place(tx, vm, placement);
    });
    var names = new DatastoreNames(tree);
    var table =
        new MethodTable(
            List.<MethodTable.Contributor>of(
                new EntityPrivileges(), new MachinePrivileges(names), new FilePrivileges(names)));
    calls = new CallService(objects, sessions, table, access::has, new SimpleMeterRegistry());
  }

  @Test
  @Rule(
      value = "C22",
      says = "Switching change tracking asks for VirtualMachine.Config.ChangeTracking alone.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "E4",
      says = "The fault names the object, the privilege and all that is missing.",
      by = Witness.DOCUMENT)
  void switching_change_tracking_asks_for_its_own_privilege() {
    var spec = new VirtualMachineConfigSpec();
    spec.changeTrackingEnabled = true;
    spec.changeVersion = "1";
    NoPermission fault = refused(vm, "ReconfigVM_Task", Map.of("spec", spec));
    assertThat(fault.object).isEqualTo(vm.reference());
    assertThat(fault.privilegeId).isEqualTo(CONFIG + "ChangeTracking");
    assertThat(fault.missingPrivileges).hasSize(1);
    assertThat(fault.missingPrivileges.getFirst().entity).isEqualTo(vm.reference());
    assertThat(fault.missingPrivileges.getFirst().privilegeIds)
        .containsExactly(CONFIG + "ChangeTracking");
    give("VirtualMachine.Config.ChangeTracking");
    allowed(vm, "ReconfigVM_Task", Map.of("spec", spec));
  }

  @Test
  @Rule(
      value = "C22",
      says = "Asking for changed areas takes VirtualMachine.Provisioning.DiskRandomRead.",
      by = Witness.DOCUMENT)
  void asking_for_changed_areas_asks_for_reading_disks() {
    assertThat(missing(vm, "QueryChangedDiskAreas", Map.of()))
        .containsExactly("vm-62 VirtualMachine.Provisioning.DiskRandomRead");
  }

  @Test
  @Rule(
      value = "B12",
      says = "Consolidation asks for VirtualMachine.State.RemoveSnapshot.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "B28",
      says = "Renaming a snapshot asks for VirtualMachine.State.RenameSnapshot on its machine.",
      by = Witness.DOCUMENT)
  void methods_of_a_snapshot_ask_on_its_machine() {
    var snapshot = new ManagedObject("VirtualMachineSnapshot", "snapshot-1");
    objects.change(tx -> tx.add(snapshot).set(snapshot, "vm", vm.reference()));
    assertThat(missing(snapshot, "RenameSnapshot", Map.of()))
        .containsExactly("vm-62 VirtualMachine.State.RenameSnapshot");
    assertThat(missing(snapshot, "RemoveSnapshot_Task", Map.of()))
        .containsExactly("vm-62 VirtualMachine.State.RemoveSnapshot");
    assertThat(missing(vm, "ConsolidateVMDisks_Task", Map.of()))
        .containsExactly("vm-62 VirtualMachine.State.RemoveSnapshot");
  }

  @Test
  void a_reconfiguration_asks_for_each_member_that_it_gives() {
    var spec = new VirtualMachineConfigSpec();
    spec.name = "other";
    spec.annotation = "";
    spec.numCPUs = 2;
    spec.memoryMB = 64L;
    spec.guestId = "otherGuest";
    spec.extraConfig = List.of(new OptionValue());
    assertThat(missing(vm, "ReconfigVM_Task", Map.of("spec", spec)))
        .containsExactlyInAnyOrder(
            "vm-62 " + CONFIG + "Rename",
            "vm-62 " + CONFIG + "Annotation",
            "vm-62 " + CONFIG + "CPUCount",
            "vm-62 " + CONFIG + "Memory",
            "vm-62 " + CONFIG + "Settings",
            "vm-62 " + CONFIG + "AdvancedConfig");
  }

  @Test
  void growing_a_disk_asks_for_that_in_either_unit_and_anything_else_for_editing() {
    VirtualDisk larger = disk();
    larger.capacityInBytes = 2048L * 1024;
    assertThat(missing(vm, "ReconfigVM_Task", edit(larger)))
        .containsExactly("vm-62 " + CONFIG + "DiskExtend");
    VirtualDisk inKilobytes = disk();
    inKilobytes.capacityInBytes = null;
    inKilobytes.capacityInKB = 2048;
    assertThat(missing(vm, "ReconfigVM_Task", edit(inKilobytes)))
        .containsExactly("vm-62 " + CONFIG + "DiskExtend");
    VirtualDisk moved = disk();
    moved.unitNumber = 3;
    assertThat(missing(vm, "ReconfigVM_Task", edit(moved)))
        .containsExactly("vm-62 " + CONFIG + "EditDevice");
  }

  @Test
  void a_new_disk_asks_for_room_and_one_that_is_there_does_not() {
    VirtualDisk disk = disk();
    disk.key = -1;
    assertThat(missing(vm, "ReconfigVM_Task", change(disk, VirtualDeviceConfigSpecOperation.add)))
        .containsExactly("vm-62 " + CONFIG + "AddExistingDisk");
    var create = device(disk, VirtualDeviceConfigSpecOperation.add);
    create.fileOperation = VirtualDeviceConfigSpecFileOperation.create;
    assertThat(missing(vm, "ReconfigVM_Task", Map.of("spec", with(create))))
        .containsExactlyInAnyOrder(
            "vm-62 " + CONFIG + "AddNewDisk", datastore.value() + " Datastore.AllocateSpace");
    // What the backing's reference says has no part in where the file will be.
    ((VirtualDeviceFileBackingInfo) disk.backing).fileName = "";
    ((VirtualDeviceFileBackingInfo) disk.backing).datastore =
        new ManagedObjectReference("Datastore", "datastore-666");
    assertThat(missing(vm, "ReconfigVM_Task", Map.of("spec", with(create))))
        .contains(datastore.value() + " Datastore.AllocateSpace");
    assertThat(
            missing(vm, "ReconfigVM_Task", change(disk(), VirtualDeviceConfigSpecOperation.remove)))
        .containsExactly("vm-62 " + CONFIG + "RemoveDisk");
  }

  @Test
  void a_new_machine_asks_for_its_disks_and_for_the_options_that_it_is_given() {
    var spec = with(device(disk(), VirtualDeviceConfigSpecOperation.add));
    spec.extraConfig = List.of(new OptionValue());
    spec.files = new VirtualMachineFileInfo();
    spec.files.vmPathName = "[LocalDS_0]";
    give("VirtualMachine.Inventory.Create", "Resource.AssignVMToPool");
    String folderId = tree.vmFolder().id();
    assertThat(missing(tree.vmFolder(), "CreateVM_Task", Map.of("config", spec)))
        .containsExactlyInAnyOrder(
            folderId + " " + CONFIG + "AdvancedConfig",
            folderId + " " + CONFIG + "AddExistingDisk",
            datastore.value() + " Datastore.AllocateSpace");
  }

  @Test
  void a_copy_asks_on_the_machine_and_on_where_it_will_be() {
    var spec = new VirtualMachineCloneSpec();
    spec.location = new VirtualMachineRelocateSpec();
    spec.location.pool = tree.poolOf(tree.defaultHost()).reference();
    String folderId = tree.vmFolder().id();
    assertThat(
            missing(
                vm,
                "CloneVM_Task",
                Map.of("spec", spec, "folder", tree.vmFolder().reference(), "name", "copy")))
        .containsExactlyInAnyOrder(
            "vm-62 VirtualMachine.Provisioning.Clone",
            folderId + " VirtualMachine.Inventory.CreateFromExisting",
            spec.location.pool.value() + " Resource.AssignVMToPool",
            datastore.value() + " Datastore.AllocateSpace");
  }

  @Test
  void a_copys_devices_ask_wherever_they_are_given() {
    VirtualDisk foreign = disk();
    foreign.key = -1;
    var create = device(foreign, VirtualDeviceConfigSpecOperation.add);
    create.fileOperation = VirtualDeviceConfigSpecFileOperation.create;
    var card = new VirtualE1000();
    var network = new VirtualEthernetCardNetworkBackingInfo();
    network.network = tree.networkNamed(tree.machineNetwork()).orElseThrow().reference();
    card.backing = network;
    var cardChange = new VirtualDeviceConfigSpec();
    cardChange.operation = VirtualDeviceConfigSpecOperation.add;
    cardChange.device = card;
    var changes =
        List.of(
            device(foreign, VirtualDeviceConfigSpecOperation.add),
            create,
            device(disk(), VirtualDeviceConfigSpecOperation.remove),
            cardChange);
    var asMachine = new VirtualMachineCloneSpec();
    asMachine.location = new VirtualMachineRelocateSpec();
    asMachine.config = new VirtualMachineConfigSpec();
    asMachine.config.deviceChange = changes;
    var asPlace = new VirtualMachineCloneSpec();
    asPlace.location = new VirtualMachineRelocateSpec();
    asPlace.location.deviceChange = changes;
    String folderId = tree.vmFolder().id();
    assertThat(missingForCopy(asPlace))
        .containsExactlyInAnyOrderElementsOf(missingForCopy(asMachine))
        .contains(
            folderId + " " + CONFIG + "AddExistingDisk",
            folderId + " " + CONFIG + "AddNewDisk",
            folderId + " " + CONFIG + "RemoveDisk",
            folderId + " " + CONFIG + "AddRemoveDevice",
            network.network.value() + " Network.Assign");
  }

  private List<String> missingForCopy(VirtualMachineCloneSpec spec) {
    return missing(
        vm,
        "CloneVM_Task",
        Map.of("spec", spec, "folder", tree.vmFolder().reference(), "name", "copy"));
  }

  @Test
  void a_folder_is_destroyed_by_who_may_delete_the_machines_in_it() {
    String folderId = tree.vmFolder().id();
    assertThat(missing(tree.vmFolder(), "Destroy_Task", Map.of()))
        .containsExactlyInAnyOrder(
            folderId + " Folder.Delete",
            tree.datacenter().id() + " Folder.Delete",
            "vm-62 VirtualMachine.Inventory.Delete");
    assertThat(missing(vm, "Destroy_Task", Map.of()))
        .containsExactlyInAnyOrder(
            "vm-62 VirtualMachine.Inventory.Delete", folderId + " VirtualMachine.Inventory.Delete");
  }

  @Test
  void files_are_asked_for_on_the_datastore_that_their_name_begins_with() {
    ManagedObject files = manager("FileManager");
    assertThat(missing(files, "DeleteDatastoreFile_Task", Map.of("name", "[LocalDS_0] a/b")))
        .containsExactly(datastore.value() + " Datastore.FileManagement");
    String url = "https://127.0.0.1/folder/a/b?dcPath=DC0&dsName=LocalDS%5F0";
    assertThat(missing(files, "DeleteDatastoreFile_Task", Map.of("name", url)))
        .containsExactly(datastore.value() + " Datastore.FileManagement");
    allowed(files, "DeleteDatastoreFile_Task", Map.of("name", "[Nowhere] a/b"));
  }

  @Test
  void ones_own_task_can_be_ended_by_who_may_end_no_other() {
    ManagedObject task = new ManagedObject("Task", "task-1");
    objects.change(tx -> tx.add(task).set(task, "info", startedBy("ann")));
    allowed(task, "CancelTask", Map.of());
    objects.change(tx -> tx.set(task, "info", startedBy("root")));
    assertThat(missing(task, "CancelTask", Map.of())).containsExactly("vm-62 Global.CancelTask");
  }

  @Test
  void every_privilege_that_a_rule_asks_for_is_listed() {
    Set<String> asked = new TreeSet<>();
    asked.addAll(missing(tree.vmFolder(), "Destroy_Task", Map.of()));
    for (ManagedObject object : List.copyOf(objects.all())) {
      if (object.type().isA("ManagedEntity")) {
        asked.addAll(missing(object, "Destroy_Task", Map.of()));
        asked.addAll(missing(object, "Rename_Task", Map.of("newName", "x")));
        asked.addAll(
            missing(
                tree.root(), "MoveIntoFolder_Task", Map.of("list", List.of(object.reference()))));
      }
    }
    assertThat(asked.stream().map(one -> one.substring(one.indexOf(' ') + 1)))
        .allSatisfy(id -> assertThat(authorization.catalog().ids()).contains(id));
  }

  private void give(String... privilegeIds) {
    int role = authorization.addRole("role", List.of(privilegeIds));
    var permission = new Permission();
    permission.principal = "ann";
    permission.group = false;
    permission.roleId = role;
    permission.propagate = true;
    authorization.setPermissions(InventoryTree.ROOT, List.of(permission));
  }

  /** A call that passes the door ends at the method, which is not served here. */
  private void allowed(ManagedObject self, String method, Map<String, Object> arguments) {
    assertThat(fault(self, method, arguments).fault()).isInstanceOf(NotSupported.class);
  }

  private NoPermission refused(ManagedObject self, String method, Map<String, Object> arguments) {
    VimException thrown = fault(self, method, arguments);
    assertThat(thrown).hasMessage("Permission to perform this operation was denied.");
    return (NoPermission) thrown.fault();
  }

  private List<String> missing(ManagedObject self, String method, Map<String, Object> arguments) {
    List<String> missing = new ArrayList<>();
    for (var entity : refused(self, method, arguments).missingPrivileges) {
      entity.privilegeIds.forEach(id -> missing.add(entity.entity.value() + " " + id));
    }
    return missing;
  }

  private VimException fault(ManagedObject self, String method, Map<String, Object> values) {
    CallContext context = calls.open(ann, Release.NEWEST, "", "");
    Target target = calls.resolve(context, null, self.id(), method);
    var arguments = new Arguments(target.method());
    values.forEach(arguments::with);
    return catchThrowableOfType(VimException.class, () -> calls.call(context, target, arguments));
  }

  private ManagedObject manager(String type) {
    var manager = new ManagedObject(type, type);
    objects.change(tx -> tx.add(manager));
    return manager;
  }

  private TaskInfo startedBy(String user) {
    var reason = new TaskReasonUser();
    reason.userName = user;
    var info = new TaskInfo();
    info.entity = vm.reference();
    info.reason = reason;
    return info;
  }

  private static Map<String, Object> edit(VirtualDisk disk) {
    return change(disk, VirtualDeviceConfigSpecOperation.edit);
  }

  private static Map<String, Object> change(
      VirtualDisk disk, VirtualDeviceConfigSpecOperation operation) {
    return Map.of("spec", with(device(disk, operation)));
  }

  private static VirtualMachineConfigSpec with(VirtualDeviceConfigSpec change) {
    var spec = new VirtualMachineConfigSpec();
    spec.deviceChange = List.of(change);
    return spec;
  }

  private static VirtualDeviceConfigSpec device(
      VirtualDisk disk, VirtualDeviceConfigSpecOperation operation) {
    var change = new VirtualDeviceConfigSpec();
    change.operation = operation;
    change.device = disk;
    return change;
  }

  private static VirtualMachineConfigInfo config() {
    var config = new VirtualMachineConfigInfo();
    config.hardware = new VirtualHardware();
    config.hardware.device = List.of(disk());
    return config;
  }

  private static VirtualDisk disk() {
    var backing = new VirtualDiskFlatVer2BackingInfo();
    backing.fileName = "[LocalDS_0] VM/VM.vmdk";
    backing.diskMode = "persistent";
    var disk = new VirtualDisk();
    disk.key = 2000;
    disk.controllerKey = 1000;
    disk.unitNumber = 0;
    disk.capacityInKB = 1024;
    disk.capacityInBytes = 1024L * 1024;
    disk.backing = backing;
    return disk;
  }
}
