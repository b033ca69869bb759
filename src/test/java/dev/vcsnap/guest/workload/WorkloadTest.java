package dev.vcsnap.guest.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.guest.simulated.Freezable;
import dev.vcsnap.guest.simulated.disk.Inspection;
import dev.vcsnap.guest.simulated.disk.SimulatedDisk;
import dev.vcsnap.guest.workload.WorkloadState.Activity;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.snapshot.SnapshotRequest;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadTest {

  @TempDir Path directory;

  private MachineLab lab;
  private VirtualMachine machine;
  private DiskWorkload workload;
  private @Nullable Object simulated = "the first";
  private boolean frozen;

  @BeforeEach
  void open() {
    lab = new MachineLab(directory);
    machine = lab.machine("VM");
    workload = workload(new Random(7));
  }

  private DiskWorkload workload(Random chance) {
    var surroundings =
        new DiskWorkload.Surroundings() {
          @Override
          public boolean registered() {
            return lab.machines.find(machine.object().id()).isPresent();
          }

          @Override
          public Optional<Object> simulated() {
            return Optional.ofNullable(simulated);
          }

          @Override
          public boolean frozen() {
            return frozen;
          }
        };
    return new DiskWorkload(lab.clock, machine, surroundings, MachineLab.NODE, 10, chance);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void advance(int times) {
    for (int i = 0; i < times; i++) {
      workload.advance();
    }
  }

  private Inspection bytes() {
    return Inspection.of(lab.disk(machine));
  }

  @Test
  void it_writes_while_the_machine_runs_and_only_then() {
    advance(50);
    assertThat(workload.state().activity()).isEqualTo(Activity.RUNNING);
    assertThat(workload.state().steps()).isEqualTo(50);
    assertThat(bytes().needsRecovery()).isTrue();
    lab.power.powerOff(machine);
    byte[] off = MemoryDisk.contentOf(lab.disk(machine));
    advance(20);
    assertThat(workload.state().activity()).isEqualTo(Activity.WAITING);
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(off);
    lab.power.powerOn(machine);
    advance(50);
    assertThat(workload.state().steps()).isEqualTo(100);
    assertThat(bytes().contradictions()).isEmpty();
  }

  @Test
  void after_a_revert_the_guest_boots_from_what_the_snapshot_has() {
    advance(60);
    int uid = lab.snapshot(machine, "first");
    advance(60);
    for (int round = 0; round < 4; round++) {
      lab.snapshots.revert(machine, uid, false, percent -> {});
      if (machine.power() != VirtualMachinePowerState.poweredOn) {
        lab.power.powerOn(machine);
      }
      advance(70);
      assertThat(workload.state().problem()).isEmpty();
      assertThat(workload.state().activity()).isEqualTo(Activity.RUNNING);
      assertThat(bytes().contradictions()).isEmpty();
    }
    workload.stop();
    assertThat(bytes().isSettled()).isTrue();
  }

  @Test
  void a_guest_that_runs_on_through_a_revert_boots_anew() {
    int uid =
        lab.snapshots.create(
            machine, new SnapshotRequest("with memory", "", true, false), percent -> {});
    for (int round = 0; round < 10; round++) {
      advance(3 + 7 * round);
      lab.snapshots.revert(machine, uid, false, percent -> {});
      advance(40);
      assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOn);
      assertThat(workload.state().activity()).isEqualTo(Activity.RUNNING);
      assertThat(bytes().contradictions()).isEmpty();
    }
  }

  @Test
  void a_guest_that_is_stopped_leaves_its_disk_at_rest() {
    advance(40);
    workload.stop();
    assertThat(bytes().needsRecovery()).isFalse();
    assertThat(bytes().isSettled()).isTrue();
    byte[] rest = MemoryDisk.contentOf(lab.disk(machine));
    advance(10);
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(rest);
  }

  @Test
  void a_disk_with_anything_else_on_it_is_left_alone() {
    lab.write(machine, 5_000_000, 3, 9);
    byte[] before = MemoryDisk.contentOf(lab.disk(machine));
    advance(5);
    assertThat(workload.state().activity()).isEqualTo(Activity.ENDED);
    assertThat(workload.state().problem()).contains("left alone");
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(before);
  }

  @Test
  void a_guest_whose_volume_was_overwritten_ends() {
    advance(5);
    lab.write(machine, 0, 4096, 1);
    advance(5);
    assertThat(workload.state().activity()).isEqualTo(Activity.ENDED);
    assertThat(workload.state().problem()).contains("somebody else");
  }

  @Test
  void a_guest_whose_volume_was_overwritten_while_it_was_frozen_ends_when_it_thaws() {
    advance(5);
    workload.freeze(SimulatedDisk::freezeFileSystem, false);
    lab.write(machine, 0, 4096, 1);
    byte[] before = MemoryDisk.contentOf(lab.disk(machine));
    workload.thaw(SimulatedDisk::thawFileSystem);
    assertThat(workload.state().activity()).isEqualTo(Activity.ENDED);
    assertThat(workload.state().problem()).contains("somebody else");
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(before);
  }

  @Test
  void a_guest_that_is_off_or_suspended_is_not_shut_down() {
    advance(5);
    lab.power.powerOff(machine);
    byte[] off = MemoryDisk.contentOf(lab.disk(machine));
    workload.stop();
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(off);
    lab.power.powerOn(machine);
    workload = workload(new Random(8));
    advance(5);
    lab.power.suspend(machine);
    byte[] suspended = MemoryDisk.contentOf(lab.disk(machine));
    workload.stop();
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(suspended);
  }

  @Test
  void while_the_machine_has_another_guest_it_waits() {
    advance(20);
    simulated = null;
    byte[] others = MemoryDisk.contentOf(lab.disk(machine));
    advance(20);
    assertThat(workload.state().activity()).isEqualTo(Activity.WAITING);
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(others);
    simulated = "the next";
    advance(20);
    assertThat(workload.state().steps()).isEqualTo(40);
    simulated = null;
    others = MemoryDisk.contentOf(lab.disk(machine));
    workload.stop();
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(others);
  }

  @Test
  void a_guest_that_was_another_for_a_moment_boots_from_what_the_other_left() {
    advance(20);
    SimulatedDisk other = SimulatedDisk.boot(lab.disk(machine).presentContent(), new Random(9));
    for (int i = 0; i < 50; i++) {
      other.step();
    }
    other.shutDown();
    simulated = "the next";
    advance(50);
    assertThat(workload.state().problem()).isEmpty();
    assertThat(workload.state().activity()).isEqualTo(Activity.RUNNING);
    assertThat(bytes().contradictions()).isEmpty();
  }

  @Test
  void a_guest_boots_when_it_is_asked_to_freeze_and_never_while_it_is_frozen() {
    frozen = true;
    advance(5);
    assertThat(workload.state().activity()).isEqualTo(Activity.WAITING);
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).containsOnly(0);
    workload.freeze(SimulatedDisk::freezeApplication, true);
    workload.freeze(SimulatedDisk::freezeFileSystem, false);
    assertThat(bytes().needsRecovery()).isFalse();
    assertThat(bytes().isSettled()).isTrue();
    byte[] rest = MemoryDisk.contentOf(lab.disk(machine));
    advance(5);
    workload.stop();
    assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(rest);
  }

  @Test
  void a_workload_that_fails_says_so() {
    workload =
        workload(
            new Random(7) {
              @Override
              public int nextInt(int bound) {
                throw new IllegalStateException("no more chance");
              }
            });
    advance(2);
    assertThat(workload.state().activity()).isEqualTo(Activity.ENDED);
    assertThat(workload.state().problem()).isEqualTo("no more chance");
  }

  @Test
  void it_ends_with_the_machine() {
    advance(5);
    lab.machines.withdraw(machine);
    advance(1);
    assertThat(workload.state().activity()).isEqualTo(Activity.ENDED);
    machine.closeDisks();
  }

  @Test
  void a_disk_that_is_not_there_is_refused_at_once() {
    try (var workloads = new DiskWorkloads(lab.clock, new Dice(1), lab.objects)) {
      assertThatThrownBy(() -> workloads.start(machine, "scsi0:9", 10))
          .isInstanceOf(BlockError.class)
          .hasMessageContaining("scsi0:9");
      assertThat(workloads.stateOf(machine)).isEmpty();
    }
  }

  @Test
  void a_configuration_that_asks_for_it_puts_the_guest_to_work() {
    try (var workloads = new DiskWorkloads(lab.clock, new Dice(1), lab.objects)) {
      workloads.follow(machine, true);
      assertThat(workloads.stateOf(machine)).isEmpty();
      configure(DiskWorkloads.RATE, "200");
      workloads.follow(machine, true);
      await(() -> workloads.stateOf(machine).filter(state -> state.steps() > 20).isPresent());
      assertThat(workloads.stateOf(machine).orElseThrow().node()).isEqualTo(MachineLab.NODE);
      workloads.stop(machine);
      workloads.follow(machine, true);
      assertThat(workloads.stateOf(machine)).as("it was stopped since").isEmpty();
      configure(DiskWorkloads.RATE, "100");
      workloads.follow(machine, true);
      await(() -> workloads.stateOf(machine).isPresent());
      configure(DiskWorkloads.RATE, "");
      workloads.follow(machine, true);
      await(() -> workloads.stateOf(machine).isEmpty());
      configure(DiskWorkloads.RATE, "many");
      workloads.follow(machine, true);
      workloads.follow(machine, false);
      assertThat(workloads.stateOf(machine)).isEmpty();
    }
  }

  @Test
  void a_workload_that_is_asked_for_ends_with_its_guest() {
    try (var workloads = new DiskWorkloads(lab.clock, new Dice(1), lab.objects)) {
      configure(DiskWorkloads.RATE, "200");
      workloads.follow(machine, true);
      await(() -> workloads.stateOf(machine).filter(state -> state.steps() > 5).isPresent());
      lab.power.powerOff(machine);
      workloads.follow(machine, false);
      assertThat(workloads.stateOf(machine)).isEmpty();
      configure(DiskWorkloads.RATE, "");
      lab.power.powerOn(machine);
      workloads.follow(machine, true);
      assertThat(workloads.stateOf(machine)).isEmpty();
    }
  }

  @Test
  void nothing_is_kept_of_a_machine_that_left() {
    try (var workloads = new DiskWorkloads(lab.clock, new Dice(1), lab.objects)) {
      workloads.follow(machine, true);
      workloads.start(machine, MachineLab.NODE, 10);
      workloads.withdrawn(machine);
      assertThat(workloads.stateOf(machine)).isEmpty();
    }
  }

  @Test
  void a_guest_whose_machine_was_turned_on_at_this_moment_is_frozen_all_the_same() {
    try (var workloads = new DiskWorkloads(lab.clock, new Dice(1), lab.objects)) {
      lab.power.powerOff(machine);
      configure(DiskWorkloads.RATE, "1000");
      lab.power.powerOn(machine);
      workloads.follow(machine, true);
      Freezable application = workloads.of(machine).application();
      Freezable fileSystems = workloads.of(machine).fileSystems();
      application.freeze();
      fileSystems.freeze();
      assertThat(bytes().needsRecovery()).isFalse();
      assertThat(bytes().isSettled()).isTrue();
      byte[] rest = MemoryDisk.contentOf(lab.disk(machine));
      workloads.start(machine, MachineLab.NODE, 1000);
      await(() -> activity(workloads) == Activity.WAITING);
      assertThat(MemoryDisk.contentOf(lab.disk(machine))).as("another one").isEqualTo(rest);
      fileSystems.thaw();
      application.thaw();
      await(() -> activity(workloads) == Activity.RUNNING);
    }
  }

  @Test
  void a_late_thaw_of_an_earlier_freeze_does_not_thaw_a_newer_one() {
    try (var workloads = new DiskWorkloads(lab.clock, new Dice(1), lab.objects)) {
      workloads.follow(machine, true);
      workloads.start(machine, MachineLab.NODE, 1000);
      Freezable before = workloads.of(machine).fileSystems();
      before.freeze();
      lab.power.powerOff(machine);
      workloads.follow(machine, false);
      lab.power.powerOn(machine);
      workloads.follow(machine, true);
      Freezable now = workloads.of(machine).fileSystems();
      now.freeze();
      byte[] frozen = MemoryDisk.contentOf(lab.disk(machine));
      before.thaw();
      assertThat(MemoryDisk.contentOf(lab.disk(machine))).isEqualTo(frozen);
      now.thaw();
      assertThat(bytes().needsRecovery()).isTrue();
    }
  }

  private Activity activity(DiskWorkloads workloads) {
    return workloads.stateOf(machine).orElseThrow().activity();
  }

  private void configure(String key, String value) {
    Vmx vmx = machine.vmx();
    if (value.isEmpty()) {
      vmx.remove(key);
    } else {
      vmx.put(key, value);
    }
    machine.save(vmx, lab.clock.now());
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
