package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NonpersistentDisksTest {

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    lab.write(machine, 0, 512, 1);
    lab.power.powerOff(machine);
    set("scsi0:0.mode", "independent-nonpersistent");
    lab.power.powerOn(machine);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  @Rule(
      value = "B27",
      says = "A nonpersistent disk loses at power off what was written while the machine was on.",
      by = Witness.DOCUMENT)
  void writes_last_until_power_off() {
    lab.write(machine, 0, 512, 2);
    assertThat(firstByte()).isEqualTo(2);
    lab.power.powerOff(machine);
    assertThat(firstByte()).isEqualTo(1);
    assertThat(root.resolve("VM/VM-000001.vmdk")).doesNotExist();
    lab.power.powerOn(machine);
    assertThat(firstByte()).isEqualTo(1);
  }

  @Test
  void a_restart_of_the_server_is_no_power_off() {
    lab.write(machine, 0, 512, 2);
    restart();
    assertThat(firstByte()).isEqualTo(2);
    assertThat(machine.consolidationNeeded()).isFalse();
    lab.power.powerOff(machine);
    assertThat(firstByte()).isEqualTo(1);
  }

  @Test
  void neither_suspending_nor_a_reset_loses_writes() {
    lab.write(machine, 0, 512, 2);
    lab.power.reset(machine);
    lab.power.suspend(machine);
    lab.power.powerOn(machine);
    assertThat(firstByte()).isEqualTo(2);
  }

  @Test
  void snapshots_and_consolidation_leave_the_disk_alone() {
    lab.write(machine, 0, 512, 2);
    int uid = lab.snapshot(machine, "none of it");
    lab.snapshots.consolidate(machine, percent -> {});
    assertThat(machine.snapshots().find(uid).orElseThrow().disks()).isEmpty();
    assertThat(firstByte()).isEqualTo(2);
    lab.snapshots.revert(machine, uid, false, percent -> {});
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOff);
    assertThat(firstByte()).isEqualTo(1);
  }

  @Test
  @Rule(
      value = "B27",
      says = "snapshotPowerOffBehavior revert and take do so at power off.",
      by = Witness.DOCUMENT)
  void power_off_reverts_or_takes_a_snapshot_where_the_flag_says_so() {
    lab.power.powerOff(machine);
    set("scsi0:0.mode", "persistent");
    lab.power.powerOn(machine);
    int uid = lab.snapshot(machine, "clean");
    lab.write(machine, 0, 512, 2);
    set("snapshot.action", "revert");
    lab.snapshots.powerOff(machine, percent -> {});
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOff);
    assertThat(firstByte()).isEqualTo(1);
    set("snapshot.action", "take");
    lab.power.powerOn(machine);
    lab.snapshots.powerOff(machine, percent -> {});
    assertThat(machine.snapshots().childrenOf(uid)).hasSize(1);
    set("snapshot.action", "prompt");
    lab.power.powerOn(machine);
    lab.snapshots.powerOff(machine, percent -> {});
    assertThat(machine.snapshots().snapshots()).hasSize(2);
  }

  private void restart() {
    lab.close();
    lab = new MachineLab(root);
    machine = lab.machine("VM");
  }

  private int firstByte() {
    var one = ByteBuffer.allocate(1);
    lab.disk(machine).readAt(0, one);
    return one.get(0);
  }

  private void set(String key, String value) {
    Vmx vmx = machine.vmx();
    vmx.put(key, value);
    machine.save(vmx, lab.clock.now());
  }
}
