package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.vim.GenericVmConfigFault;
import dev.vcsnap.vim.InvalidDiskFormat;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.SnapshotDisabled;
import dev.vcsnap.vim.SnapshotLocked;
import dev.vcsnap.vim.TooManySnapshotLevels;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotServiceTest {

  @TempDir Path root;

  @Test
  @Rule(
      value = "A22",
      says =
          "The disk that was written becomes the snapshot's and a new empty child becomes the"
              + " machine's.",
      by = Witness.DOCUMENT)
  void a_snapshot_freezes_the_disk_and_writes_go_to_a_delta() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      int first = lab.create("first");
      lab.write(4096, 100, 2);

      assertThat(lab.chain()).containsExactly("VM.vmdk", "VM-000001.vmdk");
      assertThat(lab.byteAt(4096)).isEqualTo(2);
      assertThat(lab.byteAt(4096 + 100)).isEqualTo(1);
      assertThat(lab.frozenByteAt(first, 4096)).isEqualTo(1);
    }
  }

  @Test
  @Rule(
      value = "A22",
      says =
          "The snapshot's configuration names the frozen file, the machine's the child with its"
              + " parent.",
      by = Witness.DOCUMENT)
  void clients_see_tree_current_snapshot_and_both_backings() {
    try (var lab = new SnapshotLab(root)) {
      int uid = lab.create("first");

      var info = (VirtualMachineSnapshotInfo) lab.machine.object().get("snapshot");
      VirtualMachineSnapshotTree tree = info.rootSnapshotList.getFirst();
      assertThat(tree.name).isEqualTo("first");
      assertThat(tree.description).isEmpty();
      assertThat(tree.state).isEqualTo(VirtualMachinePowerState.poweredOff);
      assertThat(tree.quiesced).isFalse();
      assertThat(info.currentSnapshot).isEqualTo(tree.snapshot);
      assertThat(lab.machine.object().get("rootSnapshot")).isEqualTo(List.of(tree.snapshot));
      var frozen = lab.objects.find(lab.machine.snapshotId(uid));
      assertThat(backing(frozen.get("config")).fileName).isEqualTo("[ds] VM/VM.vmdk");
      VirtualDiskFlatVer2BackingInfo running = backing(lab.machine.object().get("config"));
      assertThat(running.fileName).isEqualTo("[ds] VM/VM-000001.vmdk");
      assertThat(running.parent.fileName).isEqualTo("[ds] VM/VM.vmdk");
    }
  }

  @Test
  @Rule(
      value = "B6",
      says =
          "A merge goes towards the parent: after the only snapshot the machine runs on its first"
              + " file.",
      by = Witness.KNOWLEDGE_BASE)
  @Rule(
      value = "B1",
      says = "Without snapshots the property snapshot is absent, not empty.",
      by = Witness.DOCUMENT)
  void removing_the_only_snapshot_leaves_one_flat_disk() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      int uid = lab.create("only");
      lab.write(0, 65536, 2);
      lab.remove(uid);

      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(2);
      assertThat(lab.byteAt(65536)).isEqualTo(1);
      assertThat(lab.machine.object().get("snapshot")).isNull();
      assertThat(lab.objects.find(lab.machine.snapshotId(uid))).isNull();
    }
  }

  @Test
  @Rule(
      value = "B5",
      says =
          "A removed snapshot's children move up to its parent and the running state stays as it"
              + " is.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "B6",
      says = "After the first of two is removed, the second has the older file.",
      by = Witness.KNOWLEDGE_BASE)
  void removing_the_first_of_two_gives_the_second_the_older_file() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      int first = lab.create("first");
      lab.write(0, 4096, 2);
      int second = lab.create("second");
      lab.write(0, 4096, 3);
      lab.remove(first);

      assertThat(lab.chain()).containsExactly("VM.vmdk", "VM-000002.vmdk");
      SnapshotEntry left = lab.machine.snapshots().find(second).orElseThrow();
      assertThat(left.disks().getFirst().fileName()).isEqualTo("VM.vmdk");
      assertThat(left.parent()).isZero();
      assertThat(lab.frozenByteAt(second, 0)).isEqualTo(2);
      assertThat(lab.byteAt(0)).isEqualTo(3);
    }
  }

  @Test
  @Rule(
      value = "B5",
      says = "When the current snapshot is removed its parent becomes current.",
      by = Witness.DOCUMENT)
  void removing_the_current_snapshot_makes_its_parent_current() {
    try (var lab = new SnapshotLab(root)) {
      int first = lab.create("first");
      int second = lab.create("second");
      lab.remove(second);

      assertThat(lab.machine.snapshots().currentUid()).isEqualTo(first);
      assertThat(lab.chain()).containsExactly("VM.vmdk", "VM-000001.vmdk");
    }
  }

  @Test
  @Rule(
      value = "B9",
      says = "Removing all commits every delta of the running path into the base.",
      by = Witness.DOCUMENT)
  void remove_all_merges_straight_into_the_base() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      for (int i = 0; i < 5; i++) {
        lab.create("s" + i);
        lab.write(i * 8192L, 4096, 10 + i);
      }
      lab.snapshots.removeAll(lab.machine, true, percent -> {});

      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      for (int i = 0; i < 5; i++) {
        assertThat(lab.byteAt(i * 8192L)).isEqualTo(10 + i);
        assertThat(lab.byteAt(i * 8192L + 4096)).isEqualTo(1);
      }
    }
  }

  @Test
  @Rule(
      value = "B2",
      says =
          "A revert brings back the configuration, drops the running disks and goes on in new"
              + " children.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "B15",
      says = "A revert moves on to another delta number while the old delta exists.",
      by = Witness.ASSUMED)
  void revert_brings_back_bytes_and_configuration_and_drops_what_came_after() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      int uid = lab.create("before");
      lab.fill(2);
      var vmx = lab.machine.vmx();
      vmx.put("annotation", "changed");
      lab.machine.save(vmx, lab.clock.now());
      lab.snapshots.revert(lab.machine, uid, false, percent -> {});

      assertThat(lab.byteAt(0)).isEqualTo(1);
      assertThat(lab.machine.vmx().get("annotation")).isEmpty();
      assertThat(lab.machine.power()).isEqualTo(VirtualMachinePowerState.poweredOff);
      assertThat(lab.machine.snapshots().currentUid()).isEqualTo(uid);
      assertThat(lab.chain()).containsExactly("VM.vmdk", "VM-000002.vmdk");
      assertThat(lab.diskFiles()).doesNotContain("VM-000001.vmdk", "VM-000001-sesparse.vmdk");
    }
  }

  @Test
  @Rule(
      value = "B1",
      says = "The current snapshot is the parent of the running point, not the newest one.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "B7",
      says =
          "A snapshot with several children goes and its disk stays; one off the running path is"
              + " deleted.",
      by = Witness.KNOWLEDGE_BASE)
  void a_snapshot_after_a_revert_branches_the_tree() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      int trunk = lab.create("trunk");
      lab.fill(2);
      int left = lab.create("left");
      lab.fill(3);
      lab.snapshots.revert(lab.machine, trunk, false, percent -> {});
      lab.write(0, 4096, 4);
      int right = lab.create("right");
      lab.write(0, 4096, 5);

      assertThat(lab.machine.snapshots().find(right).orElseThrow().parent()).isEqualTo(trunk);
      assertThat(lab.frozenByteAt(left, 0)).isEqualTo(2);
      assertThat(lab.frozenByteAt(right, 0)).isEqualTo(4);
      assertThat(lab.frozenByteAt(trunk, 0)).isEqualTo(1);

      // The trunk has two children: it goes from the tree, and its disk stays where both need it.
      lab.remove(trunk);
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.frozenByteAt(left, 8192)).isEqualTo(2);
      assertThat(lab.frozenByteAt(right, 8192)).isEqualTo(1);

      // Off the running path there is nothing to merge: the branch is deleted, and the trunk's disk
      // can merge now.
      lab.remove(left);
      assertThat(lab.chain()).hasSize(2);
      assertThat(lab.frozenByteAt(right, 0)).isEqualTo(4);
      assertThat(lab.byteAt(0)).isEqualTo(5);
      assertThat(lab.byteAt(8192)).isEqualTo(1);
    }
  }

  @Test
  @Rule(
      value = "B8",
      says = "With removeChildren the subtree goes and the running path is merged.",
      by = Witness.DOCUMENT)
  void removing_with_children_takes_the_whole_subtree() {
    try (var lab = new SnapshotLab(root)) {
      int first = lab.create("first");
      lab.create("second");
      lab.write(0, 4096, 7);
      lab.snapshots.remove(lab.machine, first, true, true, percent -> {});

      assertThat(lab.machine.snapshots().snapshots()).isEmpty();
      assertThat(lab.machine.snapshots().currentUid()).isZero();
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(7);
    }
  }

  @Test
  void without_consolidation_the_files_stay_until_consolidate() {
    try (var lab = new SnapshotLab(root)) {
      int uid = lab.create("first");
      lab.write(0, 4096, 7);
      lab.snapshots.remove(lab.machine, uid, false, false, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).isTrue();
      assertThat(lab.chain()).hasSize(2);

      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(7);
    }
  }

  @Test
  @Rule(
      value = "B11",
      says =
          "When a file cannot be merged the tree entry is gone all the same and consolidation is"
              + " needed.",
      by = Witness.KNOWLEDGE_BASE)
  void a_reader_of_the_frozen_disk_makes_the_merge_fail_and_leaves_consolidation_needed() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      int uid = lab.create("read");
      lab.write(0, 4096, 2);
      Path base = lab.disk().links().getFirst();
      try (var reader = lab.disk().openFrozen(base)) {
        assertThatThrownBy(() -> lab.remove(uid)).hasMessageContaining("VM.vmdk");
        assertThat(reader.sizeBytes()).isEqualTo(SnapshotLab.DISK_BYTES);
      }
      assertThat(lab.machine.snapshots().snapshots()).isEmpty();
      assertThat(lab.machine.consolidationNeeded()).isTrue();
      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(2);
    }
  }

  @Test
  @Rule(
      value = "B16",
      says = "Uids and state file names are never given again.",
      by = Witness.KNOWLEDGE_BASE)
  @Rule(
      value = "B15",
      says = "Delta numbers come from the files that are there, so they return after a merge.",
      by = Witness.KNOWLEDGE_BASE)
  void uids_are_never_given_again_and_delta_numbers_are() {
    try (var lab = new SnapshotLab(root)) {
      int first = lab.create("first");
      lab.remove(first);
      int second = lab.create("second");

      assertThat(second).isEqualTo(first + 1);
      assertThat(lab.chain()).containsExactly("VM.vmdk", "VM-000001.vmdk");
    }
  }

  @Test
  @Rule(
      value = "A11",
      says = "One snapshot more than the longest chain allowed is TooManySnapshotLevels.",
      by = Witness.ASSUMED)
  void the_tree_may_not_be_deeper_than_allowed() {
    try (var lab = new SnapshotLab(root, 2)) {
      lab.create("one");
      lab.create("two");
      assertThatThrownBy(() -> lab.create("three")).satisfies(fault(TooManySnapshotLevels.class));
      assertThat(lab.chain()).hasSize(3);
    }
  }

  @Test
  void the_configuration_can_limit_disable_and_lock_snapshots() {
    try (var lab = new SnapshotLab(root)) {
      int kept = lab.create("kept");
      setting(lab, "snapshot.maxSnapshots", "1");
      assertThatThrownBy(() -> lab.create("no")).satisfies(fault(GenericVmConfigFault.class));
      setting(lab, "snapshot.maxSnapshots", "many");
      lab.remove(lab.create("a limit that is no number is none"));
      setting(lab, "snapshot.disabled", "TRUE");
      assertThatThrownBy(() -> lab.create("no")).satisfies(fault(SnapshotDisabled.class));
      setting(lab, "snapshot.disabled", "FALSE");
      setting(lab, "snapshot.locked", "TRUE");
      assertThatThrownBy(() -> lab.create("no")).satisfies(fault(SnapshotLocked.class));
      assertThatThrownBy(() -> lab.remove(kept)).satisfies(fault(SnapshotLocked.class));
    }
  }

  @Test
  void an_empty_name_is_refused_and_equal_names_are_not() {
    try (var lab = new SnapshotLab(root)) {
      assertThatThrownBy(() -> SnapshotService.requireName(lab.machine, ""))
          .satisfies(fault(InvalidName.class));
      lab.create("same");
      lab.create("same");
      assertThat(lab.machine.snapshots().snapshots()).hasSize(2);
    }
  }

  @Test
  void rename_changes_what_is_given_and_survives_any_text() {
    try (var lab = new SnapshotLab(root)) {
      int uid = lab.create("old");
      String description = "quotes \" pipes | lines\nand — dashes";
      lab.snapshots.rename(lab.machine, uid, null, description);
      assertThat(lab.machine.snapshots().find(uid).orElseThrow().displayName()).isEqualTo("old");
      lab.snapshots.rename(lab.machine, uid, "new", null);
      SnapshotEntry entry = lab.machine.snapshots().find(uid).orElseThrow();
      assertThat(entry.displayName()).isEqualTo("new");
      assertThat(entry.description()).isEqualTo(description);
      assertThatThrownBy(() -> lab.snapshots.rename(lab.machine, uid, null, null))
          .isInstanceOf(VimException.class);
    }
  }

  @Test
  void revert_to_current_needs_a_snapshot() {
    try (var lab = new SnapshotLab(root)) {
      assertThatThrownBy(() -> lab.snapshots.revertToCurrent(lab.machine, false, percent -> {}))
          .satisfies(fault(NotFound.class));
    }
  }

  @Test
  void a_memory_snapshot_brings_back_a_running_machine() {
    try (var lab = new SnapshotLab(root)) {
      int uid =
          lab.snapshots.create(
              lab.machine, new SnapshotRequest("memory", "", true, false), percent -> {});
      lab.machine.power(VirtualMachinePowerState.poweredOff, lab.clock.now());
      lab.snapshots.revert(lab.machine, uid, false, percent -> {});
      assertThat(lab.machine.power()).isEqualTo(VirtualMachinePowerState.poweredOn);
      lab.snapshots.revert(lab.machine, uid, true, percent -> {});
      assertThat(lab.machine.power()).isEqualTo(VirtualMachinePowerState.suspended);
    }
  }

  @Test
  void an_independent_disk_gets_no_delta() {
    try (var lab = new SnapshotLab(root)) {
      setting(lab, "scsi0:0.mode", "independent-persistent");
      int uid = lab.create("without disks");
      lab.fill(9);
      assertThat(lab.chain()).containsExactly("VM.vmdk");
      lab.snapshots.revert(lab.machine, uid, false, percent -> {});
      assertThat(lab.byteAt(0)).isEqualTo(9);
    }
  }

  @Test
  @Rule(
      value = "A19",
      says = "A leftover file in the new delta's place makes creation fail and nothing stays.",
      by = Witness.OBSERVED)
  void a_leftover_file_in_the_place_of_the_delta_makes_creation_fail_and_nothing_stays() {
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      lab.machine.files().writeFile("VM-000001-ctk.vmdk", new byte[] {1});
      assertThatThrownBy(() -> lab.create("first"))
          .satisfies(fault(InvalidDiskFormat.class))
          .hasMessageContaining("VM-000001-ctk.vmdk");
      lab.machine.files().deleteFile("VM-000001-ctk.vmdk");
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.machine.snapshots().snapshots()).isEmpty();
      lab.create("second");
      assertThat(lab.byteAt(0)).isEqualTo(1);
    }
  }

  @Test
  void a_damaged_stray_file_is_left_alone_and_stops_nothing() {
    try (var lab = new SnapshotLab(root)) {
      int uid = lab.create("first");
      lab.machine.files().writeFile("VM-000007.vmdk", new byte[] {1, 2, 3});
      lab.remove(uid);
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.diskFiles()).containsExactly("VM-000007.vmdk", "VM-flat.vmdk", "VM.vmdk");
      lab.machine.files().deleteFile("VM-000007.vmdk");
    }
  }

  @Test
  void everything_is_found_again_after_a_restart() {
    int first;
    int second;
    try (var lab = new SnapshotLab(root)) {
      lab.fill(1);
      first = lab.create("first");
      lab.fill(2);
      second = lab.create("second");
      lab.fill(3);
    }
    try (var lab = new SnapshotLab(root)) {
      assertThat(lab.machine.snapshots().currentUid()).isEqualTo(second);
      assertThat(lab.frozenByteAt(first, 0)).isEqualTo(1);
      assertThat(lab.frozenByteAt(second, 0)).isEqualTo(2);
      assertThat(lab.byteAt(0)).isEqualTo(3);
      var info = (VirtualMachineSnapshotInfo) lab.machine.object().get("snapshot");
      assertThat(info.currentSnapshot)
          .isEqualTo(
              new ManagedObjectReference("VirtualMachineSnapshot", lab.machine.snapshotId(second)));
      assertThat(lab.machine.consolidationNeeded()).isFalse();
    }
  }

  @Test
  @Rule(
      value = "B14",
      says = "Writes that arrive during a merge are kept.",
      by = Witness.KNOWLEDGE_BASE)
  @Rule(
      value = "B13",
      says =
          "The disk that a running machine writes is merged in one pass, without a helper in the"
              + " tree.",
      by = Witness.KNOWLEDGE_BASE)
  void a_hundred_cycles_under_a_writer_leave_one_flat_disk() throws InterruptedException {
    try (var lab = new SnapshotLab(root)) {
      var stop = new AtomicBoolean();
      var failure = new AtomicReference<Throwable>();
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int i = 0; !stop.get(); i++) {
                    lab.write((i * 37L % 127) * 65536, 5000, i % 100);
                  }
                } catch (RuntimeException e) {
                  failure.set(e);
                }
              });
      for (int i = 0; i < 100; i++) {
        lab.remove(lab.create("cycle " + i));
      }
      stop.set(true);
      writer.join();
      assertThat(failure.get()).isNull();
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.machine.files().files()).hasSize(4);
    }
  }

  private static void setting(SnapshotLab lab, String key, String value) {
    var vmx = lab.machine.vmx();
    vmx.put(key, value);
    lab.machine.save(vmx, lab.clock.now());
  }

  private static VirtualDiskFlatVer2BackingInfo backing(Object config) {
    return ((VirtualMachineConfigInfo) config)
        .hardware.device.stream()
            .filter(VirtualDisk.class::isInstance)
            .map(device -> (VirtualDiskFlatVer2BackingInfo) device.backing)
            .findFirst()
            .orElseThrow();
  }

  private static org.assertj.core.api.ThrowingConsumer<Throwable> fault(Class<?> type) {
    return thrown -> {
      assertThat(thrown).isInstanceOf(VimException.class);
      assertThat(((VimException) thrown).fault()).isInstanceOf(type);
    };
  }
}
