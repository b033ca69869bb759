package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.guest.simulated.Freezable;
import dev.vcsnap.guest.simulated.GuestLab;
import dev.vcsnap.guest.simulated.Workload;
import dev.vcsnap.guest.simulated.disk.SimulatedDisk;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.WatchingQuiescer;
import dev.vcsnap.verify.ConsistencyCheck;
import dev.vcsnap.verify.Verdict;
import dev.vcsnap.verify.Verdict.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest works on its disk while snapshots are taken, and each snapshot's bytes are asked. */
class ProvenConsistencyTest {

  private static final int SNAPSHOTS = 24;

  @TempDir Path folder;

  /** A guest that works ten times a second of the stepped clock, and is frozen if it obeys. */
  private static final class WorkingGuest implements Workload {

    private final SimulatedDisk disk;
    private final boolean obeys;

    WorkingGuest(SimulatedDisk disk, boolean obeys) {
      this.disk = disk;
      this.obeys = obeys;
    }

    void work(GuestLab lab) {
      disk.step();
      lab.timers.after(Duration.ofMillis(100), () -> work(lab));
    }

    @Override
    public Freezable fileSystems() {
      return obeys ? part(disk::freezeFileSystem, disk::thawFileSystem) : Freezable.NOTHING;
    }

    @Override
    public Freezable application() {
      return obeys ? part(disk::freezeApplication, disk::thawApplication) : Freezable.NOTHING;
    }

    private static Freezable part(Runnable freeze, Runnable thaw) {
      return new Freezable() {
        @Override
        public void freeze() {
          freeze.run();
        }

        @Override
        public void thaw() {
          thaw.run();
        }
      };
    }
  }

  private Verdict verdict(SnapshotLab lab, int uid) {
    SnapshotDisk frozen = lab.machine.snapshots().find(uid).orElseThrow().disks().getFirst();
    try (BlockDevice view = lab.disk().openFrozen(lab.machine.files().fileOf(frozen.fileName()))) {
      return new Verdict(new ConsistencyCheck().look(frozen.node(), view));
    }
  }

  private int create(SnapshotLab lab, GuestLab guest, Consistency kind) {
    lab.quiescer = new WatchingQuiescer(guest.service(kind), lab.meters);
    return lab.snapshots.create(
        lab.machine, new SnapshotRequest("s", "", false, kind != Consistency.CRASH), percent -> {});
  }

  @Test
  void theBytesOfEverySnapshotSayWhatIsRecordedOfIt() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<Consistency, Integer> seen = new EnumMap<>(Consistency.class);
    try (var lab = new SnapshotLab(folder)) {
      var working = new WorkingGuest(SimulatedDisk.boot(lab.disk(), random), true);
      var guest = new GuestLab(machine -> working);
      working.work(guest);
      for (int i = 0; i < SNAPSHOTS; i++) {
        guest.timers.advance(Duration.ofMillis(500 + random.nextInt(5_000)));
        Consistency kind = Consistency.values()[i % 3];
        int uid = create(lab, guest, kind);
        Map<String, String> details = lab.machine.state(uid).details();
        assertThat(lab.machine.state(uid).quiesced())
            .as("seed %d, snapshot %d", seed, i)
            .isEqualTo(kind != Consistency.CRASH);
        if (kind != Consistency.CRASH) {
          assertThat(details)
              .as("seed %d, snapshot %d", seed, i)
              .containsEntry("consistency", kind.word())
              .containsEntry("frozenWrites", "0");
        }
        assertThat(verdict(lab, uid).kind()).as("seed %d, snapshot %d", seed, i).contains(kind);
        seen.merge(kind, 1, Integer::sum);
      }
    }
    assertThat(seen.values()).containsOnly(SNAPSHOTS / 3);
  }

  @Test
  void aGuestThatOnlySaysThatItIsFrozenIsRefuted() {
    long seed = new Random().nextLong();
    try (var lab = new SnapshotLab(folder)) {
      var working = new WorkingGuest(SimulatedDisk.boot(lab.disk(), new Random(seed)), false);
      var guest = new GuestLab(machine -> working);
      working.work(guest);
      for (int i = 0; i < 5; i++) {
        guest.timers.advance(Duration.ofSeconds(2));
        int uid = create(lab, guest, Consistency.APPLICATION);
        assertThat(lab.machine.state(uid).details()).containsEntry("consistency", "application");
        Verdict bytes = verdict(lab, uid);
        assertThat(bytes.to(Consistency.APPLICATION)).as("seed %d", seed).isEqualTo(Answer.REFUTED);
        assertThat(bytes.to(Consistency.FILE_SYSTEM)).as("seed %d", seed).isEqualTo(Answer.REFUTED);
        assertThat(bytes.kind()).as("seed %d", seed).contains(Consistency.CRASH);
      }
    }
  }

  /** As real Tools do: the host hears of a normal freeze, and only the bytes know better. */
  @Test
  @Rule(
      value = "A47",
      says =
          "A file system that excludedFileSystems names is not frozen, and the host is not told.",
      by = Witness.SOURCE)
  void aVolumeThatToolsConfExcludesIsRefuted() {
    long seed = new Random().nextLong();
    try (var lab = new SnapshotLab(folder)) {
      Vmx vmx = lab.machine.vmx();
      vmx.put("vcsnap.guest.mounts", "/dev/sda1 / ext4; /dev/sdb1 /data ext4");
      vmx.put("vcsnap.guest.tools-conf", "excludedFileSystems=/");
      lab.machine.save(vmx, lab.clock.now());
      var working = new WorkingGuest(SimulatedDisk.boot(lab.disk(), new Random(seed)), true);
      var guest = new GuestLab(machine -> working);
      working.work(guest);
      guest.timers.advance(Duration.ofSeconds(2));
      int uid = create(lab, guest, Consistency.FILE_SYSTEM);
      assertThat(lab.machine.state(uid).quiesced()).isTrue();
      assertThat(verdict(lab, uid).kind()).as("seed %d", seed).contains(Consistency.CRASH);
    }
  }
}
