package dev.vcsnap.event;

import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.TaskEvent;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VmReconfiguredEvent;
import dev.vcsnap.vim.VmRenamedEvent;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskEventsTest {

  private final EventLab lab = new EventLab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  @Rule(
      value = "D10",
      says = "A task is told as an event that keeps the task's info as it was when it was queued.",
      by = Witness.DOCUMENT)
  void a_task_is_told_in_state_queued_and_in_its_own_chain() {
    ManagedObjectReference task =
        lab.tasks.start(lab.request(lab.machine, "CreateSnapshot_Task"), progress -> null);
    TaskInfo info = TaskService.info(lab.objects.find(task.value()));
    var event = (TaskEvent) lab.all().getFirst();
    assertThat(event.fullFormattedMessage).isEqualTo("Task: Create virtual machine snapshot");
    assertThat(event.info.state).isEqualTo(TaskInfoState.queued);
    assertThat(event.info.task).isEqualTo(task);
    assertThat(event.userName).isEqualTo("user");
    assertThat(event.vm.vm).isEqualTo(lab.machine.reference());
    assertThat(event.chainId).isEqualTo(info.eventChainId);
  }

  @Test
  @Rule(
      value = "D3",
      says = "The events that a task causes carry the chain id that the task's info names.",
      by = Witness.DOCUMENT)
  void all_events_of_an_operation_are_in_the_chain_of_its_task() {
    lab.run("PowerOnVM_Task", () -> lab.power(poweredOn, false));
    assertThat(lab.kinds()).containsExactly("TaskEvent", "VmStartingEvent", "VmPoweredOnEvent");
    assertThat(lab.all()).extracting(event -> event.chainId).containsOnly(chainOf("task-1"));
    assertThat(lab.all().getLast().fullFormattedMessage)
        .isEqualTo("VM on DC0_H0 in DC0 is powered on");
  }

  @Test
  void a_failed_operation_tells_why() {
    assertThatThrownBy(() ->
            lab.run(
                "PowerOnVM_Task",
                () -> {
                  throw Faults.notSupported("PowerOnVM_Task");
                }))
        .isInstanceOf(VimException.class);
    assertThat(lab.kinds())
        .containsExactly("TaskEvent", "VmStartingEvent", "VmFailedToPowerOnEvent");
    assertThat(lab.all().getLast().fullFormattedMessage)
        .startsWith("Cannot power on VM on DC0_H0 in DC0: The operation is not supported");
  }

  @Test
  @Rule(
      value = "D10",
      says = "Reconfiguring change tracking is told with its old and its new value.",
      by = Witness.OBSERVED)
  void a_reconfiguration_tells_what_differs() {
    lab.configure("VM", true);
    lab.run("ReconfigVM_Task", () -> lab.configure("VM", false));
    var event = (VmReconfiguredEvent) lab.all().getLast();
    assertThat(event.configSpec.changeTrackingEnabled).isFalse();
    assertThat(event.configSpec.name).isNull();
    assertThat(event.configChanges.modified)
        .isEqualTo("config.changeTrackingEnabled: true -> false;");
    assertThat(event.configChanges.added).isEmpty();
    assertThat(event.configChanges.deleted).isEmpty();
  }

  @Test
  void a_device_that_came_is_told_and_what_its_controller_lists_is_not() {
    lab.devices(controller(2000));
    var added = new VirtualDisk();
    added.key = 2001;
    lab.run("ReconfigVM_Task", () -> lab.devices(controller(2000, 2001), added));
    var event = (VmReconfiguredEvent) lab.all().getLast();
    assertThat(event.configChanges.added).isEqualTo("config.hardware.device(2001): (VirtualDisk);");
    assertThat(event.configChanges.modified).isEmpty();
  }

  private static ParaVirtualSCSIController controller(Integer... devices) {
    var controller = new ParaVirtualSCSIController();
    controller.key = 1000;
    controller.device = List.of(devices);
    return controller;
  }

  @Test
  void a_new_name_is_told_with_the_old_one() {
    lab.run("Rename_Task", () -> lab.configure("other", null));
    var event = (VmRenamedEvent) lab.all().getLast();
    assertThat(event.oldName).isEqualTo("VM");
    assertThat(event.newName).isEqualTo("other");
    assertThat(event.vm.name).isEqualTo("other");
  }

  @Test
  @Rule(
      value = "D10",
      says = "That disks need consolidation, and that they had it, are events by id.",
      by = Witness.OBSERVED)
  void consolidation_is_told_by_id() {
    lab.run(
        "RemoveSnapshot_Task",
        () -> lab.power(dev.vcsnap.vim.VirtualMachinePowerState.poweredOff, true));
    lab.run(
        "ConsolidateVMDisks_Task",
        () -> lab.power(dev.vcsnap.vim.VirtualMachinePowerState.poweredOff, false));
    assertThat(lab.kinds())
        .containsExactly(
            "TaskEvent",
            "com.vmware.vc.VmDiskConsolidationNeeded",
            "TaskEvent",
            "com.vmware.vc.VmDiskConsolidatedEvent",
            "com.vmware.vc.VmDiskConsolidationNoLongerNeeded");
    assertThat(lab.all().get(1).fullFormattedMessage)
        .isEqualTo("Virtual machine VM disks consolidation is needed on DC0_H0 in DC0.");
  }

  @Test
  void a_machine_that_is_gone_is_told_by_the_name_it_had() {
    lab.run("Destroy_Task", () -> lab.objects.change(tx -> tx.remove(lab.machine.reference())));
    Event event = lab.all().getLast();
    assertThat(lab.kinds()).containsExactly("TaskEvent", "VmRemovedEvent");
    assertThat(event.vm.name).isEqualTo("VM");
    assertThat(event.fullFormattedMessage).isEqualTo("Removed VM on DC0_H0 from DC0");
  }

  @Test
  void a_machine_that_was_made_is_told_with_the_ids_that_it_was_given() {
    lab.tasks.runNow(
        lab.request(lab.vmFolder, "CreateVM_Task"), progress -> lab.machine.reference());
    assertThat(lab.kinds())
        .containsExactly(
            "TaskEvent",
            "VmBeingCreatedEvent",
            "VmInstanceUuidAssignedEvent",
            "VmUuidAssignedEvent",
            "VmCreatedEvent");
    assertThat(lab.all().getLast().vm.vm).isEqualTo(lab.machine.reference());
  }

  private int chainOf(String task) {
    return TaskService.info(lab.objects.find(task)).eventChainId;
  }
}
