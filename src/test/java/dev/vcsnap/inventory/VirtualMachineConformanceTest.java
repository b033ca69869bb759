package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.snapshot.SnapshotRequest;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What machines, their snapshots and their tasks publish, against the interface table. */
class VirtualMachineConformanceTest {

  @TempDir Path root;

  @Test
  void a_new_machine_has_every_required_property_in_every_power_state() {
    try (var lab = new MachineLab(root)) {
      VirtualMachine machine = lab.machine("VM");
      assertThat(Conformance.problems(machine.object())).isEmpty();
      lab.power.suspend(machine);
      assertThat(Conformance.problems(machine.object())).isEmpty();
      lab.power.powerOff(machine);
      assertThat(Conformance.problems(machine.object())).isEmpty();
      lab.power.powerOn(machine);
      assertThat(Conformance.problems(machine.object())).isEmpty();
    }
  }

  @Test
  void a_machine_with_a_tree_of_tracked_snapshots_and_the_snapshots_conform() {
    try (var lab = new MachineLab(root)) {
      VirtualMachine machine = lab.machine("VM");
      var spec = new VirtualMachineConfigSpec();
      spec.changeTrackingEnabled = true;
      lab.reconfigure.reconfigure(machine, spec);
      lab.write(machine, 0, 4096, 1);
      int first = lab.snapshot(machine, "first");
      int second = lab.snapshot(machine, "second");
      lab.snapshots.revert(machine, first, false, percent -> {});
      int memory =
          lab.snapshots.create(
              machine, new SnapshotRequest("memory", "text", true, true), percent -> {});

      assertThat(Conformance.problems(machine.object())).isEmpty();
      for (int uid : new int[] {first, second, memory}) {
        assertThat(Conformance.problems(lab.snapshotObject(machine, uid))).isEmpty();
      }
    }
  }

  @Test
  void every_reference_of_a_machine_and_its_snapshots_leads_to_an_object() {
    try (var lab = new MachineLab(root)) {
      VirtualMachine machine = lab.machine("VM");
      int first = lab.snapshot(machine, "first");
      lab.snapshot(machine, "second");
      List<ManagedObjectReference> references = Conformance.references(machine.object());
      assertThat(references).isNotEmpty();
      assertThat(references).allSatisfy(found -> assertThat(lab.objects.find(found)).isNotNull());
      assertThat(Conformance.references(lab.snapshotObject(machine, first)))
          .allSatisfy(found -> assertThat(lab.objects.find(found)).isNotNull());
    }
  }

  @Test
  void tasks_conform_when_they_succeed_and_when_they_fail() {
    ManagedObject good;
    ManagedObject bad;
    try (var lab = new MachineLab(root)) {
      VirtualMachine machine = lab.machine("VM");
      VirtualMachine other = lab.machine("VM2");
      good = lab.objects.find(lab.tasks.start(request(machine), progress -> null));
      bad =
          lab.objects.find(
              lab.tasks.start(
                  request(other),
                  progress -> {
                    lab.power.powerOn(other);
                    return null;
                  }));
      assertThat(other.power()).isEqualTo(VirtualMachinePowerState.poweredOn);
    }
    assertThat(Conformance.problems(good)).isEmpty();
    assertThat(Conformance.problems(bad)).isEmpty();
  }

  private static TaskRequest request(VirtualMachine machine) {
    return new TaskRequest(machine.object(), "PowerOnVM_Task", "VirtualMachine.powerOn", "user");
  }
}
