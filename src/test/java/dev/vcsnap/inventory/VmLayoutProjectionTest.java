package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.vim.VirtualMachineFileLayoutEx;
import dev.vcsnap.vim.VirtualMachineFileLayoutExDiskUnit;
import dev.vcsnap.vim.VirtualMachineFileLayoutExFileInfo;
import dev.vcsnap.vim.VirtualMachineStorageInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmLayoutProjectionTest {

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
      value = "B25",
      says = "layoutEx lists a disk's units base first, each with descriptor and extent.",
      by = Witness.DOCUMENT)
  @Rule(value = "B26", says = "layoutEx tells files apart by type.", by = Witness.DOCUMENT)
  void a_chain_lists_its_units_base_first_each_with_descriptor_and_extent() {
    lab.snapshot(machine, "first");
    lab.snapshot(machine, "second");
    VirtualMachineFileLayoutEx layout = layout();
    assertThat(layout.disk).hasSize(1);
    assertThat(layout.disk.getFirst().key).isEqualTo(MachineLab.DISK_KEY);
    assertThat(layout.disk.getFirst().chain.stream().map(unit -> names(layout, unit)))
        .containsExactly(
            List.of("[ds] VM/VM.vmdk diskDescriptor", "[ds] VM/VM-flat.vmdk diskExtent"),
            List.of(
                "[ds] VM/VM-000001.vmdk diskDescriptor",
                "[ds] VM/VM-000001-sesparse.vmdk diskExtent"),
            List.of(
                "[ds] VM/VM-000002.vmdk diskDescriptor",
                "[ds] VM/VM-000002-sesparse.vmdk diskExtent"));
  }

  @Test
  @Rule(value = "B25", says = "layoutEx repeats the chain of each snapshot.", by = Witness.DOCUMENT)
  void a_snapshot_names_its_state_file_and_its_own_chain() {
    int uid = lab.snapshot(machine, "first");
    lab.snapshot(machine, "second");
    VirtualMachineFileLayoutEx layout = layout();
    var first = layout.snapshot.getFirst();
    assertThat(first.key).isEqualTo(lab.reference(machine, uid));
    assertThat(byKey(layout).get(first.dataKey).name).isEqualTo("[ds] VM/VM-Snapshot1.vmsn");
    assertThat(first.memoryKey).isEqualTo(-1);
    assertThat(first.disk.getFirst().chain).hasSize(1);
  }

  @Test
  void a_thin_disk_counts_what_it_stores() {
    long before = committed();
    lab.write(machine, 0, 1 << 20, 1);
    assertThat(committed() - before).isBetween(1L << 20, 2L << 20);
    assertThat(committed()).isLessThan(MachineLab.DISK_BYTES);
  }

  @Test
  void readers_are_answered_while_snapshots_come_and_go() throws InterruptedException {
    var stop = new AtomicBoolean();
    var failure = new AtomicReference<Throwable>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              try {
                do {
                  layout();
                  machine.object().get("layout");
                  committed();
                } while (!stop.get());
              } catch (RuntimeException | AssertionError e) {
                failure.set(e);
              }
            });
    for (int i = 0; i < 8; i++) {
      int first = lab.snapshot(machine, "a");
      int second = lab.snapshot(machine, "b");
      lab.remove(machine, first);
      lab.remove(machine, second);
    }
    stop.set(true);
    reader.join();
    assertThat(failure.get()).isNull();
  }

  private VirtualMachineFileLayoutEx layout() {
    return (VirtualMachineFileLayoutEx) machine.object().get("layoutEx");
  }

  private long committed() {
    var storage = (VirtualMachineStorageInfo) machine.object().get("storage");
    return storage.perDatastoreUsage.getFirst().committed;
  }

  private static Map<Integer, VirtualMachineFileLayoutExFileInfo> byKey(
      VirtualMachineFileLayoutEx layout) {
    return layout.file.stream().collect(Collectors.toMap(file -> file.key, file -> file));
  }

  private static List<String> names(
      VirtualMachineFileLayoutEx layout, VirtualMachineFileLayoutExDiskUnit unit) {
    var files = byKey(layout);
    return unit.fileKey.stream()
        .map(key -> files.get(key).name + " " + files.get(key).type)
        .toList();
  }
}
