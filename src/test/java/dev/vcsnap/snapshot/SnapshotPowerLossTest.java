package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.disk.crash.CrashStates;
import dev.vcsnap.disk.crash.FileChange;
import dev.vcsnap.disk.crash.FileTree;
import dev.vcsnap.disk.crash.RecordingFiles;
import dev.vcsnap.disk.io.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Takes the power away between any two changes of the files of a machine, descriptors and extents
 * as well as {@code .vmx}, {@code .vmsd} and {@code .vmsn}, and starts the machine on what is left.
 */
class SnapshotPowerLossTest {

  /** How many of the possible states are started, in a thousand. */
  private static final int SHARE = Integer.getInteger("vcsnap.crash.states", 1) * 250;

  private static final long SEED = Long.getLong("vcsnap.crash.seed", System.nanoTime());

  /** What the running disk and the snapshots may be, from that many changes on. */
  private record Truth(
      int from,
      String operation,
      Set<Integer> running,
      Map<Integer, Set<Integer>> frozen,
      Set<Integer> surelyThere) {}

  private final List<Truth> truths = new ArrayList<>();
  private final Map<Integer, Set<Integer>> frozen = new HashMap<>();
  private final Set<Integer> present = new HashSet<>();
  private Set<Integer> running = Set.of(0);
  private Path directory;
  private RecordingFiles files;

  @BeforeEach
  void makeDirectory() throws IOException {
    Path memory = Path.of("/dev/shm");
    directory =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "vcsnap-power")
            : Files.createTempDirectory("vcsnap-power");
  }

  @AfterEach
  void removeDirectory() {
    remove(directory);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_start_brings_every_power_loss_of_every_operation_in_order(boolean tracked) {
    Path root = directory.resolve("live");
    files = new RecordingFiles(new HostFiles(), SnapshotPowerLossTest::rename, new FileTree());
    try (var lab = new SnapshotLab(make(root), 32, files)) {
      var vmx = lab.machine.vmx();
      vmx.putFlag("ctkEnabled", tracked);
      lab.machine.save(vmx, lab.clock.now());
      write(lab, 1);
      int first = create(lab, "first", 1);
      write(lab, 2);
      int second = create(lab, "second", 2);
      write(lab, 3);
      int third = create(lab, "third", 3);
      write(lab, 4);
      remove(second);
      during("remove second", Set.of(4), () -> lab.remove(second));
      revert(lab, first, 1);
      write(lab, 5);
      create(lab, "fourth", 5);
      write(lab, 6);
      remove(third);
      during("remove third, off the running path", Set.of(6), () -> lab.remove(third));
      present.clear();
      during(
          "remove all", Set.of(6), () -> lab.snapshots.removeAll(lab.machine, true, percent -> {}));
      during("close", Set.of(6), () -> {});
    }
    lookAtEveryPoint(root.resolve("VM"));
  }

  private static void rename(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Path make(Path path) {
    try {
      return Files.createDirectories(path).toRealPath();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void remove(Path tree) {
    try (Stream<Path> entries = Files.walk(tree)) {
      for (Path path : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  // ---- the operations

  /** Does something; until it has ended the running disk may be any of these. */
  private void during(String operation, Set<Integer> meanwhile, Runnable deed) {
    note(operation, meanwhile);
    deed.run();
  }

  private void note(String operation, Set<Integer> meanwhile) {
    truths.add(
        new Truth(files.length(), operation, meanwhile, Map.copyOf(frozen), Set.copyOf(present)));
  }

  private void write(SnapshotLab lab, int value) {
    Set<Integer> either = new HashSet<>(running);
    either.add(value);
    note("write " + value, either);
    lab.write(0, 4096, value);
    lab.disk().flush();
    running = Set.of(value);
    note("flushed " + value, running);
  }

  private int create(SnapshotLab lab, String name, int value) {
    int expected = lab.machine.snapshots().nextUid();
    frozen.put(expected, Set.of(value));
    note("create " + name, running);
    int uid = lab.create(name);
    assertThat(uid).isEqualTo(expected);
    present.add(uid);
    note("created " + name, running);
    return uid;
  }

  private void remove(int uid) {
    present.remove(uid);
  }

  private void revert(SnapshotLab lab, int uid, int value) {
    Set<Integer> either = new HashSet<>(running);
    either.add(value);
    note("revert to " + uid, either);
    lab.snapshots.revert(lab.machine, uid, false, percent -> {});
    running = Set.of(value);
    note("reverted to " + uid, running);
  }

  // ---- looking

  private void lookAtEveryPoint(Path folder) {
    CrashStates states = new CrashStates(files.start(), files.log());
    Random random = new Random(SEED);
    FileChange last = null;
    int looked = 0;
    while (true) {
      int point = states.point();
      for (int variant = 0; variant < 3 && point >= truths.getFirst().from; variant++) {
        boolean more = variant == 0 || states.anythingPending();
        if (more && random.nextInt(1000) < SHARE) {
          FileTree left =
              switch (variant) {
                case 0 -> states.everything();
                case 1 -> states.durable();
                default -> states.random(random);
              };
          Path root = directory.resolve("left" + looked++);
          left.writeTo(folder, make(root.resolve("VM")));
          startAgain(root, truthAt(point), point, variant, last);
          remove(root);
        }
      }
      if (states.atEnd()) {
        assertThat(looked).isPositive();
        return;
      }
      last = states.advance();
    }
  }

  private Truth truthAt(int point) {
    Truth found = truths.getFirst();
    for (Truth truth : truths) {
      if (truth.from <= point) {
        found = truth;
      }
    }
    return found;
  }

  private static void startAgain(Path root, Truth truth, int point, int variant, FileChange last) {
    String where =
        "seed %d, state %d after change %d (%s), %s"
            .formatted(SEED, variant, point, last, truth.operation());
    try (var lab = new SnapshotLab(root)) {
      int found = lab.byteAt(0);
      assertThat(truth.running()).as(where).contains(found);
      assertThat(truth.running()).as(where).contains(lab.byteAt(4095));
      List<SnapshotEntry> snapshots = lab.machine.snapshots().snapshots();
      assertThat(snapshots.stream().map(SnapshotEntry::uid).collect(Collectors.toSet()))
          .as(where)
          .containsAll(truth.surelyThere());
      for (SnapshotEntry snapshot : snapshots) {
        assertThat(truth.frozen().get(snapshot.uid()))
            .as("%s: %s", where, snapshot.displayName())
            .contains(lab.frozenByteAt(snapshot.uid(), 0));
      }
      lab.create("after the start");
      lab.snapshots.removeAll(lab.machine, true, percent -> {});
      assertThat(lab.byteAt(0)).as(where).isEqualTo(found);
      assertThat(lab.machine.consolidationNeeded()).as(where).isFalse();
      assertThat(lab.diskFiles())
          .as(where)
          .contains("VM-flat.vmdk", "VM.vmdk")
          .noneMatch(name -> name.matches("VM-[0-9]{6}.*"));
    } catch (RuntimeException | AssertionError failure) {
      throw new AssertionError(where + ": " + failure.getMessage(), failure);
    }
  }
}
