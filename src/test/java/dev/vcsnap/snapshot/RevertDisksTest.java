package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevertDisksTest {

  private static final String SECOND = "scsi0:1";

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    lab.power.powerOff(machine);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  @Rule(
      value = "B2",
      says = "After a revert the machine's configuration is the snapshot's, disks included.",
      by = Witness.DOCUMENT)
  void a_disk_that_came_later_leaves_and_comes_back_with_a_later_snapshot() {
    int before = lab.snapshot(machine, "one disk");
    add("persistent");
    write(1);
    int after = lab.snapshot(machine, "two disks");
    write(2);
    revert(before);
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0");
    assertThat(root.resolve("VM/VM_1.vmdk")).exists();
    assertThat(root.resolve("VM/VM_1-000001.vmdk")).doesNotExist();
    restart();
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0");
    revert(after);
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0", SECOND);
    assertThat(read()).isEqualTo(1);
    write(3);
    lab.snapshots.removeAll(machine, true, percent -> {});
    assertThat(read()).isEqualTo(3);
    assertThat(machine.disk(SECOND).links()).hasSize(1);
  }

  @Test
  void a_disk_that_no_snapshot_has_keeps_its_file_when_a_revert_takes_it_away() {
    int before = lab.snapshot(machine, "one disk");
    add("persistent");
    write(1);
    revert(before);
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0");
    assertThat(root.resolve("VM/VM_1-flat.vmdk")).exists();
  }

  @Test
  @Rule(
      value = "A15",
      says = "An independent disk gets no delta, and a revert does not touch it.",
      by = Witness.DOCUMENT)
  void an_independent_disk_stays_as_it_is_and_comes_back_when_it_was_detached() {
    add("independent_persistent");
    write(1);
    int uid = lab.snapshot(machine, "without it");
    write(2);
    revert(uid);
    assertThat(read()).isEqualTo(2);
    assertThat(machine.disk(SECOND).links()).hasSize(1);
    remove();
    assertThat(machine.disks()).containsOnlyKeys("scsi0:0");
    revert(uid);
    assertThat(read()).isEqualTo(2);
  }

  private void revert(int uid) {
    lab.snapshots.revert(machine, uid, false, percent -> {});
  }

  private void add(String mode) {
    var backing = new VirtualDiskFlatVer2BackingInfo();
    backing.diskMode = mode;
    backing.thinProvisioned = true;
    backing.fileName = "";
    var disk = new VirtualDisk();
    disk.key = -1;
    disk.controllerKey = 1000;
    disk.unitNumber = 1;
    disk.capacityInKB = 1024;
    disk.backing = backing;
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.add;
    change.fileOperation = VirtualDeviceConfigSpecFileOperation.create;
    change.device = disk;
    reconfigure(change);
  }

  private void remove() {
    var disk = new VirtualDisk();
    disk.key = 2001;
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.remove;
    change.device = disk;
    reconfigure(change);
  }

  private void reconfigure(VirtualDeviceConfigSpec change) {
    var spec = new VirtualMachineConfigSpec();
    spec.deviceChange = List.of(change);
    lab.reconfigure.reconfigure(machine, spec);
  }

  private void restart() {
    lab.close();
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    lab.power.powerOff(machine);
  }

  private void write(int value) {
    machine.disk(SECOND).writeAt(0, ByteBuffer.wrap(new byte[] {(byte) value}));
  }

  private int read() {
    var one = ByteBuffer.allocate(1);
    machine.disk(SECOND).readAt(0, one);
    return one.get(0);
  }
}
