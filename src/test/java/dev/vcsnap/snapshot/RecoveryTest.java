package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.disk.block.BlockError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each test leaves the folder as a stop between two steps of an operation would, and starts again.
 */
class RecoveryTest {

  @TempDir Path root;

  @Test
  void a_creation_cut_before_the_configuration_was_replaced_is_undone() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      lab.create("kept");
      // What a creation has done when only the configuration is missing: link, state file, list.
      lab.machine
          .files()
          .writeVmsn(
              "VM-Snapshot2.vmsn",
              new Vmsn(lab.machine.vmx().text(), "poweredOff", false, false, Map.of()));
      var unmade =
          new SnapshotEntry(
              2,
              1,
              "unmade",
              "",
              lab.clock.now(),
              "VM-Snapshot2.vmsn",
              List.of(new SnapshotDisk("scsi0:0", "VM-000001.vmdk")),
              0);
      lab.machine.save(lab.machine.snapshots().withAdded(unmade).withCurrent(2));
    }
    SnapshotLab.createDelta(root, "VM-000002.vmdk", "VM-000001.vmdk");
    try (var lab = new SnapshotLab(root)) {
      assertThat(lab.machine.snapshots().snapshots())
          .extracting(SnapshotEntry::displayName)
          .containsExactly("kept");
      assertThat(lab.machine.snapshots().currentUid()).isEqualTo(1);
      assertThat(lab.diskFiles()).doesNotContain("VM-000002.vmdk", "VM-000002-sesparse.vmdk");
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.byteAt(0)).isEqualTo(1);
    }
  }

  @Test
  void a_state_file_that_no_snapshot_names_is_removed() {
    try (var lab = new SnapshotLab(root)) {
      lab.create("kept");
      lab.machine
          .files()
          .writeVmsn(
              "VM-Snapshot2.vmsn",
              new Vmsn(lab.machine.vmx().text(), "poweredOff", false, false, Map.of()));
    }
    try (var lab = new SnapshotLab(root)) {
      assertThat(lab.machine.files().files())
          .extracting(file -> file.path().fileName())
          .contains("VM-Snapshot1.vmsn")
          .doesNotContain("VM-Snapshot2.vmsn");
    }
  }

  @Test
  void a_creation_cut_after_its_link_was_prepared_leaves_nothing() {
    new SnapshotLab(root).close();
    SnapshotLab.createDelta(root, "VM-000001.vmdk", "VM.vmdk");
    try (var lab = new SnapshotLab(root)) {
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
    }
  }

  @Test
  void a_revert_cut_before_the_current_mark_was_set_is_finished() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      int first = lab.create("first");
      lab.fill(2);
      lab.create("second");
      lab.snapshots.revert(lab.machine, first, false, percent -> {});
      lab.machine.save(lab.machine.snapshots().withCurrent(2));
    }
    try (var lab = new SnapshotLab(root)) {
      assertThat(lab.machine.snapshots().currentUid()).isEqualTo(1);
      assertThat(lab.byteAt(0)).isEqualTo(1);
    }
  }

  @Test
  void a_removal_cut_before_the_merge_shows_that_consolidation_is_needed() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      lab.create("first");
      lab.write(0, 4096, 2);
      lab.machine.save(lab.machine.snapshots().withAllRemoved());
    }
    try (var lab = new SnapshotLab(root)) {
      assertThat(lab.machine.consolidationNeeded()).isTrue();
      assertThat(lab.byteAt(0)).isEqualTo(2);
      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(2);
    }
  }

  @Test
  void files_of_a_link_without_descriptor_do_not_stand_in_the_way_after_a_start() throws Exception {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      lab.create("first");
      lab.snapshots.removeAll(lab.machine, true, percent -> {});
    }
    // A creation writes the extent first, a deletion takes the descriptor first.
    Files.write(root.resolve("VM/VM-000001-sesparse.vmdk"), new byte[4096]);
    Files.write(root.resolve("VM/VM-000001-ctk.vmdk"), new byte[512]);
    try (var lab = new SnapshotLab(root)) {
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      lab.create("second");
      assertThat(lab.byteAt(0)).isEqualTo(1);
    }
  }

  @Test
  void the_extent_of_a_link_that_something_still_mentions_is_kept() throws Exception {
    try (var lab = new SnapshotLab(root)) {
      int base = lab.create("base");
      lab.fill(1);
      lab.create("branch");
      lab.snapshots.revert(lab.machine, base, false, percent -> {});
    }
    Path descriptor = root.resolve("VM/VM-000001.vmdk");
    byte[] lost = Files.readAllBytes(descriptor);
    Files.delete(descriptor);
    try {
      new SnapshotLab(root).close();
    } catch (BlockError refused) {
      assertThat(refused).hasMessageContaining("VM-000001.vmdk");
    } finally {
      assertThat(root.resolve("VM/VM-000001-sesparse.vmdk")).exists();
      Files.write(descriptor, lost);
    }
  }
}
