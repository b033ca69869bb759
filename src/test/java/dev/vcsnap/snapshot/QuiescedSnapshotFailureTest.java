package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.FailingFiles;
import dev.vcsnap.guest.simulated.GuestLab;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lets each call that a quiesced snapshot makes on files fail once: the guest goes on, and there is
 * a snapshot whose guest ended well or none at all.
 */
class QuiescedSnapshotFailureTest {

  private static final int CALLS_MAX = 400;

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource(
      value = BlockError.Kind.class,
      names = {"NO_SPACE", "IO"})
  void host_that_fails_leaves_no_guest_frozen_and_no_half_made_snapshot(BlockError.Kind kind) {
    for (int number = 0; number < CALLS_MAX; number++) {
      if (!fail(kind, number)) {
        assertThat(number).isPositive();
        return;
      }
    }
    throw new AssertionError("more than " + CALLS_MAX + " calls");
  }

  /** False if there are fewer calls than that. */
  private boolean fail(BlockError.Kind kind, int number) {
    var files = new FailingFiles();
    var guest = new GuestLab();
    try (var lab = new SnapshotLab(temporary.resolve(number + ""), 32, files)) {
      lab.quiescer = guest.service();
      lab.write(0, 65536, 7);
      files.failOnce(kind, number);
      boolean made = create(lab);
      files.heal();
      if (files.failed().isEmpty()) {
        return false;
      }
      String place = "call " + number + ", " + files.failed();
      assertThat(guest.isThawed()).as("%s %s", place, guest.work).isTrue();
      // What failed when all was done, to show it, leaves a whole snapshot.
      int there = lab.machine.snapshots().snapshots().size();
      assertThat(there).as(place).isBetween(made ? 1 : 0, 1);
      assertThat(there == 0 || lab.machine.state(1).quiesced()).as(place).isTrue();
      assertThat(lab.byteAt(100)).as(place).isEqualTo(7);
      assertThat(create(lab)).as(place).isTrue();
    }
    return true;
  }

  @Test
  void datastore_that_stays_full_leaves_no_snapshot_that_nobody_vouches_for() {
    for (int number = 0; number < CALLS_MAX; number++) {
      if (!stayFullFrom(number)) {
        assertThat(number).isPositive();
        return;
      }
    }
    throw new AssertionError("more than " + CALLS_MAX + " calls");
  }

  /** False if there are fewer calls than that. */
  private boolean stayFullFrom(int number) {
    var files = new FailingFiles();
    var guest = new GuestLab();
    Path folder = temporary.resolve(number + "");
    try (var lab = new SnapshotLab(folder, 32, files)) {
      lab.quiescer = guest.service();
      lab.write(0, 65536, 7);
      files.failFrom(BlockError.Kind.NO_SPACE, number);
      create(lab);
      files.heal();
      if (files.failed().isEmpty()) {
        return false;
      }
      String place = "from call " + number + ", " + files.failed();
      assertThat(guest.isThawed()).as("%s %s", place, guest.work).isTrue();
      isWhole(lab, place);
      assertThat(lab.byteAt(100)).as(place).isEqualTo(7);
      assertThat(create(lab)).as(place).isTrue();
      isWhole(lab, place);
      lab.snapshots.removeAll(lab.machine, true, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).as(place).isFalse();
      assertThat(lab.machine.files().names().existing())
          .as(place)
          .noneMatch(name -> name.matches(".*(-0|Snapshot|manifest).*"));
    }
    return true;
  }

  /**
   * Every snapshot that is there has a guest that ended well, and what a start finds is the same.
   */
  private static void isWhole(SnapshotLab lab, String place) {
    for (SnapshotEntry entry : lab.machine.snapshots().snapshots()) {
      assertThat(lab.machine.state(entry.uid()).quiesced()).as(place).isTrue();
      assertThat(QuiescedState.isUnfinished(lab.machine.state(entry.uid()))).as(place).isFalse();
    }
  }

  private static boolean create(SnapshotLab lab) {
    try {
      lab.snapshots.create(
          lab.machine, new SnapshotRequest("quiesced", "", false, true), percent -> {});
      return true;
    } catch (BlockError failed) {
      return false;
    }
  }
}
