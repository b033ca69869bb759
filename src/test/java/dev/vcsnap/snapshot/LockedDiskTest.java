package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.FileLocked;
import dev.vcsnap.vim.VimException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule B22: somebody reads a file that a merge must change or delete. */
class LockedDiskTest {

  private static final MergePolicy WAITING = new MergePolicy(Duration.ofMinutes(5), 0);

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"VM-flat.vmdk", "VM-000001-sesparse.vmdk"})
  @Rule(
      value = "B22",
      says = "A file that a reader has open makes its merge FileLocked.",
      by = Witness.DOCUMENT)
  void a_process_that_reads_what_a_merge_changes_or_deletes_makes_it_file_locked(String file)
      throws Exception {
    try (var lab = new SnapshotLab(root)) {
      int first = lab.create("first");
      lab.write(0, 4096, 2);
      lab.create("second");
      lab.write(0, 4096, 3);

      try (var reader = new Reader(root.resolve("VM").resolve(file))) {
        BlockError refusal = catchThrowableOfType(BlockError.class, () -> lab.remove(first));
        VimException fault =
            DiskFaults.translate(refusal, List.of(lab.machine.files().datastore()));
        assertThat(((FileLocked) fault.fault()).file).isEqualTo("[ds] VM/" + file);
        assertThat(fault)
            .hasMessageStartingWith("Unable to access file [ds] VM/" + file + " since it is locked")
            .hasMessageContaining("process " + reader.pid() + " (");
        // Rule B11: the tree has changed, the disks have not.
        assertThat(lab.machine.snapshots().snapshots()).hasSize(1);
        assertThat(lab.machine.consolidationNeeded()).isTrue();
        assertThat(lab.chain()).hasSize(3);
        assertThat(lab.byteAt(0)).isEqualTo(3);
      }

      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.chain()).containsExactly("VM.vmdk", "VM-000002.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(3);
    }
  }

  @Test
  void a_refused_merge_keeps_its_own_locks() throws Exception {
    try (var lab = new SnapshotLab(root)) {
      int first = lab.create("first");
      lab.create("second");
      try (var reader = new Reader(root.resolve("VM/VM-flat.vmdk"))) {
        assertThat(reader.pid()).isPositive();
        assertThatThrownBy(() -> lab.remove(first)).isInstanceOf(BlockError.class);
      }

      // Shared again: an exclusive lock would not come through.
      assertThat(Reader.couldWrite(root.resolve("VM/VM-flat.vmdk"))).isFalse();
      assertThat(Reader.couldWrite(root.resolve("VM/VM-000001-sesparse.vmdk"))).isFalse();
    }
  }

  @Test
  void a_view_of_a_snapshot_is_named_by_its_holder() {
    try (var lab = new SnapshotLab(root)) {
      int uid = lab.create("first");
      lab.write(0, 4096, 2);
      Path frozen = lab.disk().links().getFirst();
      try (var view = lab.disk().openFrozen(frozen, "a client of the export 'X'")) {
        assertThat(view.sizeBytes()).isPositive();
        assertThatThrownBy(() -> lab.remove(uid))
            .isInstanceOfSatisfying(
                BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.LOCKED))
            .hasMessageContaining("in use by a client of the export 'X'");
      }
      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.chain()).containsExactly("VM.vmdk");
    }
  }

  @Test
  void a_branch_that_is_looked_at_is_not_deleted() {
    try (var lab = new SnapshotLab(root)) {
      int trunk = lab.create("trunk");
      lab.write(0, 4096, 2);
      int branch = lab.create("branch");
      lab.snapshots.revert(lab.machine, trunk, true, percent -> {});
      Path aside = lab.machine.files().fileOf("VM-000001.vmdk");
      try (var view = lab.disk().openFrozen(aside, "a client of the export 'Y'")) {
        assertThat(view.sizeBytes()).isPositive();
        assertThatThrownBy(() -> lab.remove(branch)).hasMessageContaining("export 'Y'");
        assertThat(lab.machine.consolidationNeeded()).isTrue();
      }
      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.diskFiles()).noneMatch(name -> name.startsWith("VM-000001"));
    }
  }

  @Test
  void a_merge_that_may_wait_goes_on_when_the_reader_is_gone() {
    var clock = new SteppedClock();
    try (var lab = new SnapshotLab(root, WAITING, clock)) {
      int uid = lab.create("first");
      lab.write(0, 4096, 2);
      var view = lab.disk().openFrozen(lab.disk().links().getFirst(), "a reader");
      clock.onNap(10, view::close);

      lab.remove(uid);
      assertThat(clock.naps()).isEqualTo(10);
      assertThat(lab.chain()).containsExactly("VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(2);
    }
  }

  @Test
  void a_merge_that_waited_too_long_is_file_locked_after_all() {
    var clock = new SteppedClock();
    try (var lab = new SnapshotLab(root, WAITING, clock)) {
      int uid = lab.create("first");
      try (var view = lab.disk().openFrozen(lab.disk().links().getFirst(), "a reader")) {
        assertThat(view.sizeBytes()).isPositive();
        Instant start = clock.now();
        assertThatThrownBy(() -> lab.remove(uid)).hasMessageContaining("in use by a reader");
        assertThat(Duration.between(start, clock.now()))
            .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
        assertThat(lab.machine.consolidationNeeded()).isTrue();
      }
    }
  }

  @Test
  void a_merge_that_waits_can_be_cut() {
    var clock = new SteppedClock();
    try (var lab = new SnapshotLab(root, WAITING, clock)) {
      int uid = lab.create("first");
      try (var view = lab.disk().openFrozen(lab.disk().links().getFirst(), "a reader")) {
        assertThat(view.sizeBytes()).isPositive();
        TaskBody.Progress cutAfterThree = cancelledWhen(() -> clock.naps() >= 3);
        assertThatThrownBy(() -> lab.snapshots.remove(lab.machine, uid, false, true, cutAfterThree))
            .isInstanceOf(CancellationException.class);
        assertThat(clock.naps()).isEqualTo(3);
        assertThat(lab.machine.consolidationNeeded()).isTrue();
      }
      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).isFalse();
    }
  }

  @Test
  void a_merge_keeps_to_its_rate_and_counts_what_it_copies() {
    var clock = new SteppedClock();
    try (var lab = new SnapshotLab(root, new MergePolicy(Duration.ZERO, 1 << 20), clock)) {
      lab.create("first");
      lab.write(0, 4 << 20, 2);
      Instant start = clock.now();
      lab.snapshots.removeAll(lab.machine, true, percent -> {});

      assertThat(Duration.between(start, clock.now()))
          .isBetween(Duration.ofMillis(3900), Duration.ofSeconds(5));
      assertThat(lab.meters.get("vcsnap.merge").counter().count()).isEqualTo(4 << 20);
      assertThat(lab.meters.get("vcsnap.stun").tag("operation", "merge").timer().count())
          .isEqualTo(1);
    }
  }

  @Test
  void a_merge_that_is_cut_needs_consolidation_which_ends_it() {
    var clock = new SteppedClock();
    try (var lab = new SnapshotLab(root, new MergePolicy(Duration.ZERO, 1 << 20), clock)) {
      int uid = lab.create("first");
      lab.write(0, 8 << 20, 2);
      TaskBody.Progress cut = cancelledWhen(() -> clock.naps() >= 5);
      assertThatThrownBy(() -> lab.snapshots.remove(lab.machine, uid, false, true, cut))
          .isInstanceOf(CancellationException.class);
      assertThat(clock.naps()).isLessThan(20);
      assertThat(lab.machine.consolidationNeeded()).isTrue();
      assertThat(lab.chain()).hasSize(2);
      lab.write(0, 4096, 3);

      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.chain()).containsExactly("VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(3);
      assertThat(lab.byteAt(4096)).isEqualTo(2);
    }
  }

  @Test
  void a_revert_shows_in_the_stuns() {
    try (var lab = new SnapshotLab(root)) {
      int uid = lab.create("first");
      lab.snapshots.revert(lab.machine, uid, true, percent -> {});
      assertThat(lab.meters.get("vcsnap.stun").tag("operation", "create").timer().count())
          .isEqualTo(1);
      assertThat(lab.meters.get("vcsnap.stun").tag("operation", "revert").timer().count())
          .isEqualTo(1);
    }
  }

  private static TaskBody.Progress cancelledWhen(java.util.function.BooleanSupplier condition) {
    return new TaskBody.Progress() {
      @Override
      public void percent(int done) {}

      @Override
      public boolean cancelled() {
        return condition.getAsBoolean();
      }
    };
  }

  /** Time passes only for those who sleep. */
  private static final class SteppedClock implements Clock {

    private final AtomicInteger naps = new AtomicInteger();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int eventAt = -1;
    private Runnable event = () -> {};

    int naps() {
      return naps.get();
    }

    void onNap(int number, Runnable happens) {
      eventAt = number;
      event = happens;
    }

    @Override
    public synchronized Instant now() {
      return now;
    }

    @Override
    public synchronized long nanoTime() {
      return Duration.between(Instant.EPOCH, now).toNanos();
    }

    @Override
    public void sleep(Duration duration) {
      synchronized (this) {
        now = now.plus(duration);
      }
      if (naps.incrementAndGet() == eventAt) {
        event.run();
      }
    }
  }

  /** Another process that has a shared lock on a file. */
  private static final class Reader implements AutoCloseable {

    private final Process process;

    Reader(Path file) throws IOException {
      process = start("flock", "--shared", file.toString(), "sh", "-c", "echo held; cat");
      assertThat(process.getInputStream().read()).isEqualTo('h');
    }

    /** Whether a process could have the file to itself at this moment. */
    static boolean couldWrite(Path file) throws Exception {
      return start("flock", "--exclusive", "--nonblock", file.toString(), "true").waitFor() == 0;
    }

    private static Process start(String... command) throws IOException {
      try {
        return new ProcessBuilder(command).start();
      } catch (IOException absent) {
        assumeTrue(false, "flock (util-linux) is not installed");
        throw absent;
      }
    }

    long pid() {
      return process.pid();
    }

    @Override
    public void close() throws Exception {
      process.getOutputStream().close();
      assertThat(process.waitFor()).isZero();
    }
  }
}
