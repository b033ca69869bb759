package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Random scripts of everything that can happen to a disk, against an array of bytes. */
class DiskModelTest {

  enum Deed {
    WRITE,
    WRITE_GRAINS,
    ZERO,
    DISCARD,
    FLUSH,
    FORK,
    ABANDON_FORK,
    COMMIT,
    COMMIT_INTO,
    REVERT,
    REOPEN,
    KILL,
    TRACK,
    LOOK
  }

  /** A step; what its numbers mean depends on the state that it meets. */
  record Step(Deed deed, int where, int howMuch, int seed) {}

  @Provide
  Arbitrary<List<Step>> scripts() {
    Arbitrary<Deed> deeds =
        Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.just(Deed.WRITE)),
            Tuple.of(4, Arbitraries.just(Deed.WRITE_GRAINS)),
            Tuple.of(4, Arbitraries.of(Deed.FORK)),
            Tuple.of(12, Arbitraries.of(Deed.class)));
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 1 << 20);
    return Combinators.combine(deeds, number, number, number)
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(25);
  }

  @Provide
  Arbitrary<Integer> sectorCounts() {
    return Arbitraries.of(1, 7, 8, 9, 129, 2049, 4100, 33_001);
  }

  @Property(tries = 400)
  void everyScriptReadsAsTheModel(
      @ForAll DeltaKind kind,
      @ForAll("sectorCounts") int sectors,
      @ForAll("scripts") List<Step> script)
      throws IOException {
    Path directory = Files.createTempDirectory("disk-model");
    try (Run run = new Run(directory, sectors * 512, kind)) {
      script.forEach(run::perform);
      run.finish();
    } finally {
      DiskBench.deleteTree(directory);
    }
  }

  /** The disk and its model, side by side. */
  private static final class Run implements AutoCloseable {

    private record Moment(ChangeId id, byte[] content) {}

    private final DiskBench bench;
    private final Path directory;
    private final byte[] model;
    private final boolean[] unflushed;
    private final Map<Path, byte[]> frozen = new HashMap<>();
    private final List<Moment> moments = new ArrayList<>();
    private RunningDisk disk;

    Run(Path directory, int sizeBytes, DeltaKind kind) {
      this.directory = directory;
      this.bench = new DiskBench(directory, new RiggedFiles(), kind, new TableBudget(1));
      this.model = new byte[sizeBytes];
      this.unflushed = new boolean[sizeBytes];
      this.disk = bench.create(sizeBytes);
    }

    void perform(Step step) {
      int offset = Math.floorMod(step.where * 31, model.length);
      int length = Math.min(1 + step.howMuch % 30_000, model.length - offset);
      List<Path> links = disk.links();
      int at = step.where % links.size();
      switch (step.deed) {
        case WRITE -> write(offset, length, step.seed);
        case WRITE_GRAINS -> {
          int first = offset / 4096 * 4096;
          write(first, Math.min((1 + step.howMuch % 9) * 4096, model.length - first), step.seed);
        }
        case ZERO -> {
          disk.writeZeroesAt(offset, length);
          changed(offset, new byte[length]);
        }
        case DISCARD -> {
          disk.discardAt(offset, length);
          changed(offset, new byte[length]);
        }
        case FLUSH -> {
          disk.flush();
          Arrays.fill(unflushed, false);
        }
        case FORK -> {
          if (links.size() < 10) {
            noteFrozen(bench.fork(disk));
          }
        }
        case ABANDON_FORK -> {
          PreparedFork fork = disk.prepareFork(bench.nextName(), bench.kind);
          if (step.howMuch % 2 == 0) {
            fork.closeGate();
          }
          fork.abandon();
        }
        case COMMIT -> {
          if (at > 0) {
            disk.commit(links.get(at), DiskBench.unwatched());
            merged(links.get(at - 1), links.subList(at, at + 1));
          }
        }
        case COMMIT_INTO -> {
          disk.commitInto(links.get(at), DiskBench.unwatched());
          merged(links.get(at), links.subList(at + 1, links.size()));
        }
        case REVERT -> {
          if (at < links.size() - 1) {
            revertTo(links, at);
          }
        }
        case REOPEN -> {
          Path leaf = disk.leaf();
          disk.close();
          Arrays.fill(unflushed, false);
          bench.assertNothingWrong();
          disk = bench.open(leaf);
        }
        case KILL -> lookAfterKill();
        case TRACK -> {
          if (disk.tracked()) {
            disk.disableTracking();
          } else {
            disk.enableTracking();
          }
        }
        case LOOK -> look(disk, offset, length);
      }
    }

    private void write(int offset, int length, int seed) {
      byte[] bytes = DiskBench.randomBytes(new Random(seed), length);
      ByteBuffer source = seed % 2 == 0 ? ByteBuffer.wrap(bytes) : direct(bytes);
      disk.writeAt(offset, source);
      assertThat(source.hasRemaining()).isFalse();
      changed(offset, bytes);
    }

    private static ByteBuffer direct(byte[] bytes) {
      return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private void changed(int offset, byte[] bytes) {
      System.arraycopy(bytes, 0, model, offset, bytes.length);
      Arrays.fill(unflushed, offset, offset + bytes.length, true);
    }

    private void noteFrozen(Path link) {
      Arrays.fill(unflushed, false);
      frozen.put(link, model.clone());
      disk.changeIdOf(link).ifPresent(id -> moments.add(new Moment(id, model.clone())));
    }

    private void merged(Path survivor, List<Path> gone) {
      if (gone.isEmpty()) {
        return;
      }
      Arrays.fill(unflushed, false);
      byte[] content = frozen.remove(gone.getLast());
      gone.forEach(frozen::remove);
      frozen.remove(survivor);
      if (content != null) {
        frozen.put(survivor, content);
      }
      assertThat(disk.links()).contains(survivor).doesNotContainAnyElementsOf(gone);
    }

    private void revertTo(List<Path> links, int at) {
      byte[] content = frozen.get(links.get(at));
      Path leaf = bench.nextName();
      bench.factory.createDelta(leaf, links.get(at), bench.kind);
      disk.switchTo(leaf);
      for (Path abandoned : links.subList(at + 1, links.size()).reversed()) {
        bench.factory.delete(abandoned);
        frozen.remove(abandoned);
      }
      System.arraycopy(content, 0, model, 0, model.length);
      Arrays.fill(unflushed, false);
    }

    /** Opens a copy of the files as a killed process would leave them. */
    private void lookAfterKill() {
      try {
        Path copy = Files.createTempDirectory("disk-killed");
        DiskBench.copyFiles(directory, copy);
        RunningDisk survivor = bench.open(copy.resolve(disk.leaf().getFileName()));
        byte[] found = DiskBench.contentOf(survivor);
        for (int i = 0; i < model.length; i++) {
          if (!unflushed[i] && found[i] != model[i]) {
            throw new AssertionError("flushed byte %d is lost".formatted(i));
          }
        }
        if (disk.tracked()) {
          noMissedChange(survivor.changes(survivor.leaf()), found);
        }
        survivor.close();
        DiskBench.deleteTree(copy);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    private void look(BlockDevice device, int offset, int length) {
      ByteBuffer content = ByteBuffer.allocate(length);
      device.readAt(offset, content);
      assertThat(content.array()).isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
      long position = offset;
      for (BlockStatus piece : device.statusOf(offset, length)) {
        assertThat(piece.offset()).isEqualTo(position);
        position += piece.length();
        if (piece.kind() != BlockStatus.Kind.DATA) {
          for (long i = piece.offset(); i < position; i++) {
            assertThat(model[(int) i]).isZero();
          }
        }
      }
      assertThat(position).isEqualTo(offset + (long) length);
    }

    private void noMissedChange(ChangeMap map, byte[] now) {
      for (Moment moment : moments) {
        if (!moment.id.epoch().equals(map.epoch())) {
          continue;
        }
        byte[] patched = moment.content.clone();
        for (Range area : map.changedSince(moment.id, 0, Integer.MAX_VALUE)) {
          System.arraycopy(
              now, (int) area.offset(), patched, (int) area.offset(), (int) area.length());
        }
        assertThat(patched).isEqualTo(now);
      }
    }

    void finish() {
      look(disk, 0, model.length);
      for (Path link : disk.links()) {
        byte[] content = frozen.get(link);
        if (content != null) {
          try (BlockDevice view = disk.openFrozen(link)) {
            assertThat(DiskBench.contentOf(view)).isEqualTo(content);
          }
          if (disk.changeIdOf(link).isPresent()) {
            noMissedFrozen(link, content);
          }
        }
      }
      if (disk.tracked()) {
        noMissedChange(disk.changes(disk.leaf()), model);
      }
    }

    /** Only moments before the link's own can be asked about. */
    private void noMissedFrozen(Path link, byte[] content) {
      ChangeMap map = disk.changes(link);
      ChangeId own = map.frozenId();
      for (Moment moment : moments) {
        if (moment.id.epoch().equals(own.epoch()) && moment.id.sequence() <= own.sequence()) {
          byte[] patched = moment.content.clone();
          for (Range area : map.changedSince(moment.id, 0, Integer.MAX_VALUE)) {
            System.arraycopy(
                content, (int) area.offset(), patched, (int) area.offset(), (int) area.length());
          }
          assertThat(patched).isEqualTo(content);
        }
      }
    }

    @Override
    public void close() {
      Path leaf = disk.leaf();
      disk.close();
      bench.assertNothingWrong();
      try (RunningDisk again = bench.factory.open(leaf, OpenMode.READ_ONLY)) {
        assertThat(DiskBench.contentOf(again)).isEqualTo(model);
      }
    }
  }
}
