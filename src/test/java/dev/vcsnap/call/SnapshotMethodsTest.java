package dev.vcsnap.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.GenericVmConfigFault;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.SnapshotDisabled;
import dev.vcsnap.vim.SnapshotIncompatibleDeviceInVm;
import dev.vcsnap.vim.SnapshotLocked;
import dev.vcsnap.vim.SnapshotSelectionSpec;
import dev.vcsnap.vim.StorageRequirement;
import dev.vcsnap.vim.TaskInProgress;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineGuestQuiesceSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import dev.vcsnap.vim.VirtualMachineWindowsQuiesceSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotMethodsTest {

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;
  private MethodTable table;
  private Session session;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    session =
        new SessionService(
                lab.clock,
                new Ids(new Dice(1)),
                List.of(new Account("user", "pass")),
                Duration.ofMinutes(30))
            .login("user", "pass", "en_US", "127.0.0.1", "test")
            .orElseThrow();
    table =
        new MethodTable(
            List.of(
                new SnapshotMethods(lab.machines, lab.tasks, lab.snapshots),
                new TaskMethods(lab.tasks)));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  @Rule(
      value = "A1",
      says = "CreateSnapshotEx_Task without quiesceSpec is CreateSnapshot_Task without quiesce.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "A21",
      says =
          "The task's result is the snapshot, which is the current one; snapshot and rootSnapshot"
              + " change in one step.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "A4",
      says = "A description that was not given is an empty text.",
      by = Witness.DOCUMENT)
  void both_methods_make_a_snapshot_and_name_it_as_the_result() {
    var first = (ManagedObjectReference) create("first").result;
    TaskInfo task =
        run("CreateSnapshotEx_Task", a -> a.with("name", "second").with("memory", false));
    assertThat(task.result).isInstanceOf(ManagedObjectReference.class);
    assertThat(info().currentSnapshot).isEqualTo(task.result);
    assertThat(machine.object().get("rootSnapshot")).isEqualTo(List.of(first));
    assertThat(info().rootSnapshotList.getFirst().description).isEmpty();
    assertThat(info().rootSnapshotList.getFirst().childSnapshotList.getFirst().quiesced).isFalse();
  }

  @Test
  @Rule(
      value = "A25",
      says = "The creation time has microseconds, id is the uid, and replaySupported is false.",
      by = Witness.OBSERVED)
  void the_tree_says_what_the_list_of_snapshots_holds() {
    create("first");
    create("second");
    VirtualMachineSnapshotTree tree = info().rootSnapshotList.getFirst();
    assertThat(tree.createTime.getNano() % 1000).isZero();
    assertThat(tree.id).isEqualTo(1);
    assertThat(tree.childSnapshotList.getFirst().id).isEqualTo(2);
    assertThat(tree.replaySupported).isFalse();
  }

  @Test
  @Rule(
      value = "A9",
      says =
          "A quiesceSpec with a timeout outside 5 to 240 minutes or unknown Windows extras is"
              + " InvalidArgument at the call.",
      by = Witness.DOCUMENT)
  void a_quiesce_spec_is_checked_at_the_call() {
    for (int minutes : new int[] {5, 240}) {
      var good = new VirtualMachineGuestQuiesceSpec();
      good.timeout = minutes;
      assertThat(createEx(good).state).isEqualTo(TaskInfoState.success);
    }
    for (int minutes : new int[] {-1, 0, 4, 241}) {
      var bad = new VirtualMachineGuestQuiesceSpec();
      bad.timeout = minutes;
      assertThat(fault(InvalidArgument.class, () -> createEx(bad)).invalidProperty)
          .isEqualTo("quiesceSpec.timeout");
    }
    var windows = new VirtualMachineWindowsQuiesceSpec();
    windows.vssBackupType = 5;
    windows.vssBackupContext = "ctx_auto";
    windows.vssBootableSystemState = true;
    windows.vssPartialFileSupport = false;
    assertThat(createEx(windows).state).isEqualTo(TaskInfoState.success);
    windows.vssBackupContext = "ctx_other";
    assertThat(fault(InvalidArgument.class, () -> createEx(windows)).invalidProperty)
        .isEqualTo("quiesceSpec.vssBackupContext");
    windows.vssBackupContext = null;
    windows.vssBackupType = 99;
    assertThat(fault(InvalidArgument.class, () -> createEx(windows)).invalidProperty)
        .isEqualTo("quiesceSpec.vssBackupType");
  }

  @Test
  @Rule(
      value = "A2",
      says = "Names need not be unique, not even among siblings.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "A3",
      says = "A name comes back as it was sent, escaped or not; an empty one is InvalidName.",
      by = Witness.DOCUMENT)
  void names_come_back_as_they_were_sent() {
    for (String name : List.of("a%2fb", "a/b", "100%25", "100%", "a%2fb", "Größe – 図")) {
      create(name);
    }
    assertThat(names(info().rootSnapshotList))
        .containsExactly("a%2fb", "a/b", "100%25", "100%", "a%2fb", "Größe – 図");
    assertThat(fault(InvalidName.class, () -> create("")).entity).isEqualTo(machine.reference());
    fault(InvalidName.class, () -> create("x".repeat(81)));
  }

  @Test
  @Rule(
      value = "A10",
      says = "A machine with an unfinished operation refuses the next one with TaskInProgress.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "B23",
      says =
          "Operations on one machine are serialised; the second names the first's task, and reads"
              + " go on.",
      by = Witness.DOCUMENT)
  void a_busy_machine_names_its_task() {
    var go = new CountDownLatch(1);
    ManagedObjectReference first =
        lab.tasks.start(
            new TaskRequest(machine.object(), "ReconfigVM_Task", "VirtualMachine.reconfigure", "u"),
            progress -> {
              awaitUninterrupted(go);
              return null;
            });
    assertThat(fault(TaskInProgress.class, () -> create("second")).task).isEqualTo(first);
    fault(TaskInProgress.class, () -> run("PowerOffVM_Task", a -> a));
    fault(TaskInProgress.class, () -> run("RemoveAllSnapshots_Task", a -> a));
    assertThat(machine.object().get("layoutEx")).isNotNull();
    go.countDown();
    await(first);
    create("third");
  }

  @Test
  @Rule(
      value = "D6",
      says =
          "CancelTask is NotSupported for a task that is not cancelable, and InvalidState for one"
              + " that has ended.",
      by = Witness.DOCUMENT)
  void cancelling_is_refused_as_the_task_stands() {
    var go = new CountDownLatch(1);
    ManagedObject task =
        lab.objects.find(
            lab.tasks.start(
                new TaskRequest(
                    machine.object(), "ReconfigVM_Task", "VirtualMachine.reconfigure", "u"),
                progress -> {
                  awaitUninterrupted(go);
                  return null;
                }));
    fault(NotSupported.class, () -> call(task, "CancelTask", a -> a));
    go.countDown();
    await(task.reference());
    fault(InvalidState.class, () -> call(task, "CancelTask", a -> a));
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Rule(
      value = "A12",
      says =
          "snapshot.maxSnapshots limits the number of snapshots; 0 forbids all, and what is no"
              + " number limits nothing.",
      by = Witness.OBSERVED)
  void the_number_of_snapshots_is_limited_by_the_configuration() {
    set("snapshot.maxSnapshots", "0");
    TaskInfo refused = create("none");
    assertThat(refused.error.fault).isInstanceOf(GenericVmConfigFault.class);
    assertThat(refused.error.localizedMessage)
        .isEqualTo(
            "An error occurred while taking a snapshot: Exceeded the maximum number of permitted"
                + " snapshots.");
    assertThat(refused.error.fault.faultMessage.getFirst().key)
        .isEqualTo("msg.snapshot.vigor.take.error");
    set("snapshot.maxSnapshots", "1");
    assertThat(create("one").error).isNull();
    assertThat(create("two").error).isNotNull();
    set("snapshot.maxSnapshots", "many");
    assertThat(create("two").error).isNull();
  }

  @Test
  @Rule(
      value = "A13",
      says = "snapshotDisabled refuses creation, snapshotLocked creation and removal.",
      by = Witness.DOCUMENT)
  void flags_disable_and_lock() {
    var snapshot = (ManagedObjectReference) create("first").result;
    set("snapshot.disabled", "TRUE");
    assertThat(create("second").error.fault).isInstanceOf(SnapshotDisabled.class);
    set("snapshot.disabled", "FALSE");
    set("snapshot.locked", "TRUE");
    assertThat(create("second").error.fault).isInstanceOf(SnapshotLocked.class);
    assertThat(remove(snapshot).error.fault).isInstanceOf(SnapshotLocked.class);
    assertThat(run("RemoveAllSnapshots_Task", a -> a).error.fault)
        .isInstanceOf(SnapshotLocked.class);
  }

  @Test
  @Rule(
      value = "A17",
      says = "A template has no snapshots: the call is answered with NotSupported, without a task.",
      by = Witness.KNOWLEDGE_BASE)
  void a_template_is_refused_at_the_call() {
    lab.power.powerOff(machine);
    lab.machines.rehome(machine, machine.files().asTemplate(true));
    assertThat(machine.isTemplate()).isTrue();
    fault(NotSupported.class, () -> create("x"));
    assertThat(machine.snapshots().snapshots()).isEmpty();
  }

  @Test
  @Rule(
      value = "A23",
      says = "A snapshot's configuration has no file layout.",
      by = Witness.DOCUMENT)
  void a_snapshot_s_configuration_says_nothing_of_a_file_layout() {
    var snapshot = (ManagedObjectReference) create("first").result;
    var config = (VirtualMachineConfigInfo) lab.objects.find(snapshot.value()).get("config");
    assertThat(config.files.vmPathName).isEqualTo("[ds] VM/VM.vmx");
    // The member is gone from the interface, on the file information as on the configuration.
    assertThat(
            Stream.concat(
                config.vimType().properties().stream(),
                config.files.vimType().properties().stream()))
        .noneMatch(property -> property.name().toLowerCase(Locale.ROOT).contains("layout"));
  }

  @Test
  @Rule(
      value = "A16",
      says = "Bus sharing and disks of several writers are SnapshotIncompatibleDeviceInVm.",
      by = Witness.DOCUMENT)
  void shared_devices_are_refused_and_named() {
    set("scsi0.sharedBus", "physical");
    var bus = (SnapshotIncompatibleDeviceInVm) create("x").error.fault;
    assertThat(bus.fault.fault.getClass().getSimpleName())
        .isEqualTo("SharedBusControllerNotSupported");
    set("scsi0.sharedBus", "none");
    set("scsi0:0.sharing", "multi-writer");
    var disk = (SnapshotIncompatibleDeviceInVm) create("x").error.fault;
    assertThat(disk.fault.fault.getClass().getSimpleName()).isEqualTo("MultiWriterNotSupported");
    assertThat(machine.snapshots().snapshots()).isEmpty();
  }

  @Test
  @Rule(
      value = "B4",
      says = "RevertToCurrentSnapshot_Task without a snapshot is NotFound.",
      by = Witness.DOCUMENT)
  void there_is_nothing_to_go_back_to_without_a_snapshot() {
    assertThat(run("RevertToCurrentSnapshot_Task", a -> a).error.fault)
        .isInstanceOf(NotFound.class);
  }

  @Test
  void a_revert_takes_the_machine_s_own_host_and_no_other() {
    create("first");
    ManagedObjectReference own = machine.placement().host();
    assertThat(run("RevertToCurrentSnapshot_Task", a -> a.with("host", own)).error).isNull();
    var other = new ManagedObjectReference("HostSystem", "host-999");
    fault(
        NotSupported.class, () -> run("RevertToCurrentSnapshot_Task", a -> a.with("host", other)));
  }

  @Test
  @Rule(
      value = "B9",
      says = "Removing all snapshots of a machine without any is a success.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "B12",
      says = "Consolidation with nothing to do is a success.",
      by = Witness.DOCUMENT)
  void nothing_to_do_is_a_success() {
    assertThat(run("RemoveAllSnapshots_Task", a -> a).state).isEqualTo(TaskInfoState.success);
    assertThat(run("ConsolidateVMDisks_Task", a -> a).state).isEqualTo(TaskInfoState.success);
  }

  @Test
  @Rule(
      value = "B9",
      says = "With retentionDays only the snapshots that are older go.",
      by = Witness.DOCUMENT)
  void only_what_is_older_than_the_days_to_keep_is_removed() {
    create("old");
    create("older than it looks");
    create("young");
    age("old", Duration.ofDays(9));
    age("older than it looks", Duration.ofDays(8));
    assertThat(removeOlder(10).error).isNull();
    assertThat(names(info().rootSnapshotList)).hasSize(3);
    assertThat(removeOlder(7).error).isNull();
    assertThat(names(info().rootSnapshotList)).containsExactly("young");
    fault(InvalidArgument.class, () -> removeOlder(-1));
    assertThat(removeOlder(0).error).isNull();
    assertThat(machine.object().get("snapshot")).isNull();
  }

  @Test
  @Rule(
      value = "B10",
      says =
          "Removed without consolidation, a snapshot leaves the tree, its files stay and"
              + " consolidationNeeded is true until they are merged.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "B12",
      says = "The estimate says how much room a consolidation takes in which datastore.",
      by = Witness.DOCUMENT)
  void the_room_for_a_consolidation_is_what_the_base_does_not_hold_yet() {
    lab.write(machine, 0, 64 << 10, 1);
    var snapshot = (ManagedObjectReference) create("first").result;
    lab.write(machine, 0, 64 << 10, 2);
    lab.write(machine, 1 << 20, 256 << 10, 3);
    assertThat(estimatedKilobytes()).isZero();
    run(
        lab.objects.find(snapshot),
        "RemoveSnapshot_Task",
        a -> a.with("removeChildren", false).with("consolidate", false));
    assertThat(machine.object().get("snapshot")).isNull();
    assertThat(runtime().consolidationNeeded).isTrue();
    assertThat(root.resolve("VM/VM-000001.vmdk")).exists();
    assertThat(estimatedKilobytes()).isEqualTo(256);
    assertThat(run("ConsolidateVMDisks_Task", a -> a).error).isNull();
    assertThat(runtime().consolidationNeeded).isFalse();
    assertThat(estimatedKilobytes()).isZero();
    assertThat(root.resolve("VM/VM-000001.vmdk")).doesNotExist();
  }

  @Test
  @Rule(
      value = "B28",
      says = "RenameSnapshot returns when it is done and wants a name or a description.",
      by = Witness.DOCUMENT)
  void a_rename_is_done_when_the_call_returns() {
    ManagedObject snapshot = lab.objects.find((ManagedObjectReference) create("old").result);
    call(snapshot, "RenameSnapshot", a -> a.with("name", "new"));
    assertThat(info().rootSnapshotList.getFirst().name).isEqualTo("new");
    call(snapshot, "RenameSnapshot", a -> a.with("description", "only this"));
    assertThat(info().rootSnapshotList.getFirst().name).isEqualTo("new");
    assertThat(info().rootSnapshotList.getFirst().description).isEqualTo("only this");
    fault(InvalidArgument.class, () -> call(snapshot, "RenameSnapshot", a -> a));
    fault(InvalidName.class, () -> call(snapshot, "RenameSnapshot", a -> a.with("name", "")));
  }

  @Test
  @Rule(
      value = "B29",
      says = "A reference to a snapshot that is gone is ManagedObjectNotFound at the call.",
      by = Witness.DOCUMENT)
  void a_stale_reference_is_refused_at_the_call() {
    var reference = (ManagedObjectReference) create("first").result;
    ManagedObject snapshot = lab.objects.find(reference);
    assertThat(remove(reference).error).isNull();
    assertThat(lab.objects.find(reference)).isNull();
    assertThat(
            fault(
                    ManagedObjectNotFound.class,
                    () ->
                        run(snapshot, "RemoveSnapshot_Task", a -> a.with("removeChildren", false)))
                .obj)
        .isEqualTo(reference);
  }

  @Test
  @Rule(
      value = "B30",
      says = "What only later versions of the interface have is unset.",
      by = Witness.DOCUMENT)
  void nothing_is_said_of_broken_chains() {
    create("first");
    assertThat(VirtualMachineRuntimeInfo.TYPE.properties())
        .noneMatch(property -> property.name().equals("diskChainBroken") && runtimeHas(property));
  }

  private boolean runtimeHas(dev.vcsnap.vim.Property property) {
    return runtime().get(VirtualMachineRuntimeInfo.TYPE.properties().indexOf(property)) != null;
  }

  @Test
  void a_power_off_through_the_table_is_a_power_off() {
    assertThat(run("PowerOffVM_Task", a -> a).error).isNull();
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOff);
  }

  // ---- calls

  private TaskInfo create(String name) {
    return run(
        "CreateSnapshot_Task",
        a -> a.with("name", name).with("memory", false).with("quiesce", false));
  }

  private TaskInfo createEx(VirtualMachineGuestQuiesceSpec spec) {
    return run(
        "CreateSnapshotEx_Task",
        a -> a.with("name", "x").with("memory", false).with("quiesceSpec", spec));
  }

  private TaskInfo remove(ManagedObjectReference snapshot) {
    return run(
        lab.objects.find(snapshot), "RemoveSnapshot_Task", a -> a.with("removeChildren", false));
  }

  private TaskInfo removeOlder(int days) {
    var spec = new SnapshotSelectionSpec();
    spec.retentionDays = days;
    return run("RemoveAllSnapshots_Task", a -> a.with("spec", spec));
  }

  private long estimatedKilobytes() {
    var result = (ArrayOf) run("EstimateStorageForConsolidateSnapshots_Task", a -> a).result;
    var requirement = (StorageRequirement) result.items().getFirst();
    assertThat(requirement.datastore).isEqualTo(machine.placement().datastore());
    return requirement.freeSpaceRequiredInKb;
  }

  private TaskInfo run(String method, UnaryOperator<Arguments> arguments) {
    return run(machine.object(), method, arguments);
  }

  private TaskInfo run(ManagedObject self, String method, UnaryOperator<Arguments> arguments) {
    return await((ManagedObjectReference) call(self, method, arguments));
  }

  private Object call(ManagedObject self, String method, UnaryOperator<Arguments> arguments) {
    var context = new CallContext(session, Release.parse("8.0.3.0"), "127.0.0.1", "test");
    Arguments given = arguments.apply(new Arguments(self.type().methods().get(method)));
    given.requireComplete();
    return table.find(self.type(), method).invoke(context, self, given);
  }

  private TaskInfo await(ManagedObjectReference task) {
    while (true) {
      TaskInfo info = TaskService.info(lab.objects.find(task));
      if (info.completeTime != null) {
        return info;
      }
      Thread.onSpinWait();
    }
  }

  private static <T extends MethodFault> T fault(Class<T> type, ThrowingCallable call) {
    VimException thrown = catchThrowableOfType(VimException.class, call);
    assertThat(thrown).as("a refusal at the call").isNotNull();
    assertThat(thrown.fault()).isInstanceOf(type);
    return type.cast(thrown.fault());
  }

  private VirtualMachineSnapshotInfo info() {
    return (VirtualMachineSnapshotInfo) machine.object().get("snapshot");
  }

  private VirtualMachineRuntimeInfo runtime() {
    return (VirtualMachineRuntimeInfo) machine.object().get("runtime");
  }

  private static List<String> names(List<VirtualMachineSnapshotTree> trees) {
    return trees.stream()
        .flatMap(
            tree -> Stream.concat(Stream.of(tree.name), names(tree.childSnapshotList).stream()))
        .toList();
  }

  private void set(String key, String value) {
    Vmx vmx = machine.vmx();
    vmx.put(key, value);
    machine.save(vmx, lab.clock.now());
  }

  /** Makes a snapshot look as if it had been taken that long ago. */
  private void age(String name, Duration by) {
    Vmsd list = machine.snapshots();
    var entry =
        list.snapshots().stream()
            .filter(e -> e.displayName().equals(name))
            .findFirst()
            .orElseThrow();
    machine.save(
        list.withReplaced(
            new dev.vcsnap.datastore.SnapshotEntry(
                entry.uid(),
                entry.parent(),
                entry.displayName(),
                entry.description(),
                entry.createTime().minus(by),
                entry.vmsnFileName(),
                entry.disks(),
                entry.type())));
  }
}
