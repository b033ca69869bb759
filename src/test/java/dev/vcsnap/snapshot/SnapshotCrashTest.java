package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.ForwardingFiles;
import dev.vcsnap.disk.io.HostFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the server before each step that an operation takes on the files of disks, and starts again
 * on what that leaves: a copy of the folder at that moment, since a kill loses no byte that was
 * flushed.
 */
class SnapshotCrashTest {

  private static final int PIECE_BYTES = 64 << 10;

  @TempDir Path temporary;

  /** What a start on one copy must find. */
  private record Moment(
      Path root, String step, Set<Integer> running, Map<Integer, Integer> frozenByUid) {}

  private final List<Moment> moments = new ArrayList<>();
  private final Map<Integer, Integer> frozenByUid = new HashMap<>();
  private Set<Integer> running = Set.of(0);
  private String operation = "";

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void every_prefix_of_every_operation_is_a_folder_that_a_start_brings_in_order(boolean tracked) {
    Path root = temporary.resolve("live");
    var stepping = new SteppingFiles(step -> moments.add(copy(root, step)));
    try (var lab = new SnapshotLab(directory(root), 32, stepping)) {
      var vmx = lab.machine.vmx();
      vmx.putFlag("ctkEnabled", tracked);
      lab.machine.save(vmx, lab.clock.now());
      write(lab, 1);
      stepping.on = true;
      int first = create(lab, "first");
      write(lab, 2);
      // The guest's first write into a link comes between the preparation of the next and the stun.
      int second = create(lab, "second");
      stepping.onPublished.set(() -> write(lab, 3));
      int third = create(lab, "third");
      write(lab, 4);
      operation = "remove second";
      lab.remove(second);
      frozenByUid.remove(second);
      operation = "revert to first";
      running = Set.of(4, 1);
      lab.snapshots.revert(lab.machine, first, false, percent -> {});
      running = Set.of(1);
      write(lab, 5);
      create(lab, "fourth");
      write(lab, 6);
      operation = "remove third, off the running path";
      lab.remove(third);
      frozenByUid.remove(third);
      operation = "remove all";
      lab.snapshots.removeAll(lab.machine, true, percent -> {});
      stepping.on = false;
    }
    assertThat(moments).hasSizeGreaterThan(25);
    assertThat(moments).allSatisfy(SnapshotCrashTest::startAgain);
  }

  private int create(SnapshotLab lab, String name) {
    operation = "create " + name;
    int uid = name.equals("second") ? lab.createWithMemory(name) : lab.create(name);
    frozenByUid.put(uid, running.iterator().next());
    return uid;
  }

  private void write(SnapshotLab lab, int value) {
    lab.write(0, 4096, value);
    lab.disk().flush();
    running = Set.of(value);
  }

  private Moment copy(Path root, String step) {
    Path target = temporary.resolve("copy" + moments.size());
    copyFolder(root.resolve("VM"), target.resolve("VM"));
    return new Moment(target, operation + ": " + step, running, Map.copyOf(frozenByUid));
  }

  private static void startAgain(Moment moment) {
    try (var lab = new SnapshotLab(moment.root())) {
      int found = lab.byteAt(0);
      assertThat(lab.strayMemory()).as(moment.step()).isEmpty();
      assertThat(moment.running()).as(moment.step()).contains(found);
      for (SnapshotEntry snapshot : lab.machine.snapshots().snapshots()) {
        if (moment.frozenByUid().containsKey(snapshot.uid())) {
          assertThat(lab.frozenByteAt(snapshot.uid(), 0))
              .as("%s: %s", moment.step(), snapshot.displayName())
              .isEqualTo(moment.frozenByUid().get(snapshot.uid()));
        }
      }
      lab.create("after the start");
      lab.snapshots.removeAll(lab.machine, true, percent -> {});
      assertThat(lab.byteAt(0)).as(moment.step()).isEqualTo(found);
      assertThat(lab.machine.consolidationNeeded()).as(moment.step()).isFalse();
      assertThat(lab.diskFiles())
          .as(moment.step())
          .contains("VM-flat.vmdk", "VM.vmdk")
          .noneMatch(name -> name.matches("VM-[0-9]{6}.*"));
    } catch (RuntimeException e) {
      throw new AssertionError("After a kill before \"" + moment.step() + "\"", e);
    }
  }

  private static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyFolder(Path from, Path to) {
    directory(to);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        copySparse(file, to.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copySparse(Path from, Path to) throws IOException {
    var piece = new byte[PIECE_BYTES];
    var zeros = new byte[PIECE_BYTES];
    try (var in = new RandomAccessFile(from.toFile(), "r");
        var out = new RandomAccessFile(to.toFile(), "rw")) {
      long length = in.length();
      out.setLength(length);
      for (long offset = 0; offset < length; offset += PIECE_BYTES) {
        int count = (int) Math.min(PIECE_BYTES, length - offset);
        in.seek(offset);
        in.readFully(piece, 0, count);
        if (!java.util.Arrays.equals(piece, 0, count, zeros, 0, count)) {
          out.seek(offset);
          out.write(piece, 0, count);
        }
      }
    }
  }

  /** The host's files; says what it is about to do to a name. */
  private static final class SteppingFiles extends ForwardingFiles {

    private final DiskFiles host;
    private final java.util.function.Consumer<String> beforeStep;
    private final AtomicReference<Runnable> onPublished = new AtomicReference<>(() -> {});
    private boolean on;

    SteppingFiles(java.util.function.Consumer<String> beforeStep) {
      this(beforeStep, new HostFiles());
    }

    private SteppingFiles(java.util.function.Consumer<String> beforeStep, DiskFiles host) {
      super(host);
      this.host = host;
      this.beforeStep = beforeStep;
    }

    private void step(String what, Path path) {
      if (on) {
        beforeStep.accept(what + " " + path.getFileName());
      }
    }

    @Override
    public DiskFile create(Path path) {
      step("create", path);
      return host.create(path);
    }

    @Override
    public void replace(Path path, byte[] content) {
      step("replace", path);
      boolean fresh = !host.exists(path);
      host.replace(path, content);
      if (fresh && path.toString().endsWith(".vmdk")) {
        onPublished.getAndSet(() -> {}).run();
      }
    }

    @Override
    public void delete(Path path) {
      step("delete", path);
      host.delete(path);
    }
  }
}
