package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A directory with one disk in it, for tests; what a test leaves behind is checked. */
final class DiskBench {

  private static final long COPY_BYTES = 1 << 20;

  final Path directory;
  final DeltaKind kind;
  final DiskFactory factory;
  final Path base;
  private int lastNumber;

  DiskBench(Path directory) {
    this(directory, new HostFiles());
  }

  DiskBench(Path directory, DiskFiles files) {
    this(directory, files, DeltaKind.SE_SPARSE, TableBudget.ofHeap());
  }

  /**
   * @param kind what the chain's deltas are
   * @param tables the memory for grain tables; with almost none they come and go all the time
   */
  DiskBench(Path directory, DiskFiles files, DeltaKind kind, TableBudget tables) {
    this(directory, files, kind, tables, 42);
  }

  /** A process that comes after another one needs another seed, or it gives the same ids again. */
  DiskBench(Path directory, DiskFiles files, DeltaKind kind, TableBudget tables, long seed) {
    this.kind = kind;
    this.directory = directory;
    this.factory = new DiskFactory(new Ids(new Dice(seed)), new SystemClock(), files, tables);
    this.base = directory.resolve("VM.vmdk");
  }

  RunningDisk create(long sizeBytes) {
    factory.createFlat(base, sizeBytes, true);
    return open(base);
  }

  RunningDisk open(Path leaf) {
    return factory.open(leaf, OpenMode.READ_WRITE);
  }

  /** A name that no link has, or has had under this bench. */
  Path nextName() {
    Path name;
    do {
      name = directory.resolve("VM-%06d.vmdk".formatted(++lastNumber));
    } while (Files.exists(name));
    return name;
  }

  /** Freezes the leaf and returns its descriptor. */
  Path fork(RunningDisk disk) {
    Path frozen = disk.leaf();
    PreparedFork fork = disk.prepareFork(nextName(), kind);
    fork.closeGate();
    fork.commit();
    fork.openGate();
    return frozen;
  }

  /** Reverts: a new empty leaf above the frozen link, and the old leaf is deleted. */
  void revert(RunningDisk disk, Path frozen) {
    Path abandoned = disk.leaf();
    Path leaf = nextName();
    factory.createDelta(leaf, frozen, kind);
    disk.switchTo(leaf);
    factory.delete(abandoned);
  }

  static byte[] contentOf(BlockDevice device) {
    ByteBuffer content = ByteBuffer.allocate((int) device.sizeBytes());
    device.readAt(0, content);
    return content.array();
  }

  static byte[] randomBytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static MergeProgress unwatched() {
    return MergeProgress.unwatched();
  }

  /** A merge to whose every report of progress something happens. */
  static MergeProgress meanwhile(Runnable happens) {
    return new MergeProgress() {
      @Override
      public void merged(long grainsDone, long grainsTotal) {
        happens.run();
      }

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }

  void assertNothingWrong() {
    assertThat(new DiskCheck().check(directory)).isEmpty();
  }

  List<String> fileNames() {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What a machine would find that was cut off now: the files as they are, holes as holes. */
  static void copyFiles(Path from, Path to) {
    DiskFiles files = new HostFiles();
    for (Path path : files.list(from)) {
      try (DiskFile source = files.open(path, false);
          DiskFile copy = files.create(to.resolve(path.getFileName()))) {
        copy.resize(source.size());
        long at = source.nextData(0);
        while (at < source.size()) {
          long end = Math.min(source.nextHole(at), at + COPY_BYTES);
          ByteBuffer piece = ByteBuffer.allocate((int) (end - at));
          source.readAt(at, piece);
          copy.writeAt(at, piece.flip());
          at = source.nextData(end);
        }
      }
    }
  }

  static void deleteTree(Path directory) {
    try (Stream<Path> entries = Files.walk(directory)) {
      for (Path path : entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
