package dev.vcsnap.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.MemorySnapshotOnIndependentDisk;
import dev.vcsnap.vim.SnapshotNoChange;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineFileLayoutEx;
import dev.vcsnap.vim.VirtualMachineFileLayoutExFileInfo;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemorySnapshotTest {

  private static final long MEMORY = 32L << 20;

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
  @Rule(
      value = "A24",
      says = "From hardware version 11 on a memory snapshot has its memory in a .vmem of its own.",
      by = Witness.KNOWLEDGE_BASE)
  void the_memory_is_a_file_of_its_size_that_takes_no_room() throws IOException {
    int uid = memorySnapshot("m");
    Path memory = root.resolve("VM/VM-Snapshot1.vmem");
    assertThat(memory).hasSize(MEMORY);
    assertThat(storedBytes(memory)).isLessThan(1 << 20);
    VirtualMachineFileLayoutEx layout = layout();
    var snapshot = layout.snapshot.getFirst();
    assertThat(file(layout, snapshot.memoryKey).name).isEqualTo("[ds] VM/VM-Snapshot1.vmem");
    assertThat(file(layout, snapshot.memoryKey).type).isEqualTo("snapshotMemory");
    assertThat(file(layout, snapshot.memoryKey).size).isEqualTo(MEMORY);
    assertThat(file(layout, snapshot.dataKey).name).isEqualTo("[ds] VM/VM-Snapshot1.vmsn");
    lab.remove(machine, uid);
    assertThat(memory).doesNotExist();
  }

  @Test
  @Rule(
      value = "A24",
      says = "Up to hardware version 10 the memory is inside the .vmsn, and memoryKey is -1.",
      by = Witness.KNOWLEDGE_BASE)
  void an_old_machine_keeps_its_memory_in_the_state_file() {
    set("virtualHW.version", "10");
    int uid = memorySnapshot("m");
    assertThat(root.resolve("VM/VM-Snapshot1.vmem")).doesNotExist();
    assertThat(root.resolve("VM/VM-Snapshot1.vmsn").toFile().length()).isGreaterThan(MEMORY);
    assertThat(layout().snapshot.getFirst().memoryKey).isEqualTo(-1);
    restart();
    assertThat(machine.state(uid).memory()).isTrue();
    revert(uid, false);
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOn);
  }

  @Test
  @Rule(
      value = "A5",
      says =
          "Without memory the tree says poweredOff though the machine runs; with memory it says"
              + " poweredOn.",
      by = Witness.DOCUMENT)
  void the_tree_says_what_a_revert_brings_back() {
    lab.snapshot(machine, "disks");
    memorySnapshot("memory");
    VirtualMachineSnapshotTree disks = tree().getFirst();
    assertThat(disks.state).isEqualTo(VirtualMachinePowerState.poweredOff);
    assertThat(disks.childSnapshotList.getFirst().state)
        .isEqualTo(VirtualMachinePowerState.poweredOn);
    assertThat(layout().snapshot.getFirst().memoryKey).isEqualTo(-1);
  }

  @Test
  @Rule(
      value = "B3",
      says =
          "After a revert the machine is off, on or suspended as the snapshot says; with"
              + " suppressPowerOn it is never on.",
      by = Witness.DOCUMENT)
  void the_power_state_after_a_revert_is_the_snapshot_s() {
    int disks = lab.snapshot(machine, "disks");
    int memory = memorySnapshot("memory");
    lab.power.suspend(machine);
    int suspended = memorySnapshot("suspended");
    revert(disks, false);
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOff);
    revert(memory, false);
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOn);
    revert(suspended, false);
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.suspended);
    revert(memory, true);
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.suspended);
    lab.power.powerOn(machine);
    assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOn);
    assertThat(suspensionFiles()).isEmpty();
  }

  @Test
  @Rule(
      value = "A6",
      says =
          "A suspended machine's memory is kept when it is asked for, and memory of one that is off"
              + " is nothing and no error.",
      by = Witness.DOCUMENT)
  void memory_of_a_machine_that_is_suspended_or_off() {
    lab.power.suspend(machine);
    memorySnapshot("suspended");
    assertThat(tree().getFirst().state).isEqualTo(VirtualMachinePowerState.suspended);
    assertThat(root.resolve("VM/VM-Snapshot1.vmem")).exists();
    lab.power.powerOff(machine);
    memorySnapshot("off");
    assertThat(tree().getFirst().childSnapshotList.getFirst().state)
        .isEqualTo(VirtualMachinePowerState.poweredOff);
    assertThat(root.resolve("VM/VM-Snapshot2.vmem")).doesNotExist();
  }

  @Test
  @Rule(
      value = "A8",
      says = "With memory and quiesce both asked for, memory wins and quiesced is false.",
      by = Witness.KNOWLEDGE_BASE)
  @Rule(
      value = "A7",
      says = "A wish to quiesce a machine without Tools is ignored, and quiesced is false.",
      by = Witness.DOCUMENT)
  void a_wish_to_quiesce_is_no_failure_and_quiesced_is_false() {
    lab.snapshots.create(machine, new SnapshotRequest("both", "", true, true), percent -> {});
    lab.snapshots.create(machine, new SnapshotRequest("alone", "", false, true), percent -> {});
    assertThat(tree().getFirst().quiesced).isFalse();
    assertThat(tree().getFirst().state).isEqualTo(VirtualMachinePowerState.poweredOn);
    assertThat(tree().getFirst().childSnapshotList.getFirst().quiesced).isFalse();
  }

  @Test
  @Rule(
      value = "A14",
      says = "A suspended machine that did not run since its last snapshot gives SnapshotNoChange.",
      by = Witness.DOCUMENT)
  void a_suspended_machine_that_has_nothing_new_is_refused() {
    lab.snapshot(machine, "running");
    lab.power.suspend(machine);
    int first = memorySnapshot("suspended");
    assertThat(fault(() -> memorySnapshot("again")).fault()).isInstanceOf(SnapshotNoChange.class);
    assertThat(fault(() -> lab.snapshot(machine, "disks")))
        .hasMessage(
            "An error occurred while taking a snapshot: The state of the virtual machine has not"
                + " changed since the last snapshot operation.");
    restart();
    memorySnapshot("running again");
    revert(first, false);
    assertThat(fault(() -> memorySnapshot("after the revert")).fault())
        .isInstanceOf(SnapshotNoChange.class);
    lab.power.powerOn(machine);
    lab.power.suspend(machine);
    memorySnapshot("another suspension");
  }

  @Test
  @Rule(
      value = "A15",
      says = "Memory of a machine with an independent disk is MemorySnapshotOnIndependentDisk.",
      by = Witness.DOCUMENT)
  void memory_beside_an_independent_disk_is_refused_and_disks_alone_are_not() {
    set("scsi0:0.mode", "independent-persistent");
    assertThat(fault(() -> memorySnapshot("m")).fault())
        .isInstanceOf(MemorySnapshotOnIndependentDisk.class);
    lab.snapshot(machine, "disks");
    assertThat(files(".vmem")).isEmpty();
  }

  @Test
  void a_suspended_machine_has_a_state_file_and_its_memory_until_it_goes_on() {
    lab.power.suspend(machine);
    assertThat(suspensionFiles()).hasSize(2);
    assertThat(layout().file).extracting(file -> file.type).contains("suspend", "suspendMemory");
    restart();
    assertThat(suspensionFiles()).isEmpty(); // it is opened as a machine that runs
    lab.power.suspend(machine);
    lab.power.powerOff(machine);
    assertThat(suspensionFiles()).isEmpty();
    assertThat(machine.vmx().get("checkpoint.vmState")).isEmpty();
  }

  @Test
  void what_a_crash_left_of_memory_and_suspension_is_gone_after_a_start() throws IOException {
    lab.close();
    for (String left :
        List.of("VM-Snapshot9.vmem", "VM-Snapshot9.vmsn", "VM-0badc0de.vmss", "VM-0badc0de.vmem")) {
      Files.write(root.resolve("VM").resolve(left), new byte[10]);
    }
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    assertThat(files(".vmem")).isEmpty();
    assertThat(files(".vmsn")).isEmpty();
    assertThat(files(".vmss")).isEmpty();
  }

  private int memorySnapshot(String name) {
    return lab.snapshots.create(machine, new SnapshotRequest(name, "", true, false), p -> {});
  }

  private void revert(int uid, boolean suppressPowerOn) {
    lab.snapshots.revert(machine, uid, suppressPowerOn, percent -> {});
  }

  private void restart() {
    lab.close();
    lab = new MachineLab(root);
    machine = lab.machine("VM");
  }

  private void set(String key, String value) {
    Vmx vmx = machine.vmx();
    vmx.put(key, value);
    machine.save(vmx, lab.clock.now());
  }

  private static VimException fault(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable operation) {
    VimException thrown = catchThrowableOfType(VimException.class, operation);
    assertThat(thrown).as("a refusal").isNotNull();
    return thrown;
  }

  private List<VirtualMachineSnapshotTree> tree() {
    return ((VirtualMachineSnapshotInfo) machine.object().get("snapshot")).rootSnapshotList;
  }

  private VirtualMachineFileLayoutEx layout() {
    return (VirtualMachineFileLayoutEx) machine.object().get("layoutEx");
  }

  private static VirtualMachineFileLayoutExFileInfo file(
      VirtualMachineFileLayoutEx layout, int key) {
    return layout.file.stream().filter(file -> file.key == key).findFirst().orElseThrow();
  }

  private List<String> suspensionFiles() {
    return Stream.concat(files(".vmss").stream(), files(".vmem").stream())
        .filter(name -> !name.contains("-Snapshot"))
        .toList();
  }

  private List<String> files(String suffix) {
    try (Stream<Path> files = Files.list(root.resolve("VM"))) {
      return files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(suffix)).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long storedBytes(Path file) throws IOException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    return Long.parseLong(new String(stat.getInputStream().readAllBytes(), UTF_8).strip()) * 512;
  }
}
