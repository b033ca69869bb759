package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.vmdk.DeltaKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Random scripts of everything that can happen to a disk, against a map of blocks. */
class DiskModelTest {

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long ENOUGH_BYTES = 2L << 30;

  /** Writes come together around a few places, whatever the disk's size. */
  private static final long PLACE_BYTES = 17 << 20;

  enum Deed {
    WRITE,
    WRITE_GRAINS,
    ZERO,
    DISCARD,
    FLUSH,
    FORK,
    FORK_OFTEN,
    ABANDON_FORK,
    COMMIT,
    COMMIT_INTO,
    REMOVE_ALL,
    REVERT,
    BRANCH,
    DELETE_BRANCH,
    COMMIT_BRANCH,
    GROW,
    REOPEN,
    KILL,
    TRACK,
    LOOK,
    LOOK_AT_FROZEN
  }

  /** A step; what its numbers mean depends on the state that it meets. */
  record Step(Deed deed, int where, int howMuch, int seed) {}

  @Provide
  Arbitrary<List<Step>> scripts() {
    Arbitrary<Deed> deeds =
        Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.just(Deed.WRITE)),
            Tuple.of(4, Arbitraries.just(Deed.WRITE_GRAINS)),
            Tuple.of(4, Arbitraries.just(Deed.FORK)),
            Tuple.of(14, Arbitraries.of(Deed.class)));
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 1 << 20);
    return Combinators.combine(deeds, number, number, number)
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  /** Around a sector, a grain, a table of either kind, and more than one table. */
  @Provide
  Arbitrary<Long> sectorCounts() {
    return Arbitraries.of(1L, 7L, 8L, 9L, 129L, 2049L, 4097L, 4100L, 33_001L);
  }

  /** Just under where the tracking's block size doubles, and around the largest vmfsSparse. */
  @Provide
  Arbitrary<Long> hugeSectorCounts() {
    return Arbitraries.of((128L << 21) - 3, (1L << 32) - 7, (1L << 32) + 5);
  }

  @Property(tries = 1900, edgeCases = EdgeCasesMode.NONE)
  void everyScriptReadsAsTheModel(
      @ForAll DeltaKind kind,
      @ForAll("sectorCounts") long sectors,
      @ForAll("scripts") List<Step> script)
      throws IOException {
    play(kind, sectors * 512, script);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void everyScriptOnAHugeDiskReadsAsTheModel(
      @ForAll DeltaKind kind,
      @ForAll("hugeSectorCounts") long sectors,
      @ForAll("scripts") List<Step> script)
      throws IOException {
    play(kind, Math.min(sectors, largest(kind)) * 512, script);
  }

  /** Found by chance: the fork after the revert took the name of the deleted tracked link. */
  @Example
  void namesOfDeletedTrackedLinksComeAgain() throws IOException {
    Step write = new Step(Deed.WRITE, 0, 0, 0);
    Step fork = new Step(Deed.FORK, 0, 0, 0);
    List<Step> script =
        List.of(
            fork,
            write,
            fork,
            fork,
            new Step(Deed.REVERT, 2, 0, 0),
            write,
            new Step(Deed.KILL, 0, 0, 0),
            new Step(Deed.TRACK, 0, 0, 0),
            fork,
            write,
            new Step(Deed.REVERT, 1, 0, 0),
            new Step(Deed.WRITE, 49, 1424, 119_204),
            new Step(Deed.FORK_OFTEN, 325, 32_263, 100));
    play(DeltaKind.SE_SPARSE, 512, script);
  }

  /** Found by chance: the map of a link that was merged off the chain was still the old one. */
  @Example
  void aLinkThatWasMergedAsideComesBackIntoTheChain() throws IOException {
    List<Step> script =
        List.of(
            new Step(Deed.FORK, 0, 0, 0),
            new Step(Deed.TRACK, 0, 0, 0),
            new Step(Deed.FORK, 0, 0, 0),
            new Step(Deed.WRITE, 0, 0, 0),
            new Step(Deed.BRANCH, 1, 0, 0),
            new Step(Deed.COMMIT_BRANCH, 1, 0, 0),
            new Step(Deed.REVERT, 0, 0, 0));
    play(DeltaKind.SE_SPARSE, 512, script);
  }

  /** In sectors: a vmfsSparse delta counts them in 32 bits. */
  private static long largest(DeltaKind kind) {
    return kind == DeltaKind.VMFS_SPARSE ? (1L << 32) - 1 : 62L << 31;
  }

  private static void play(DeltaKind kind, long sizeBytes, List<Step> script) throws IOException {
    boolean memory = Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ENOUGH_BYTES;
    Path directory =
        memory
            ? Files.createTempDirectory(MEMORY, "disk-model")
            : Files.createTempDirectory("disk-model");
    // Tables that come and go at each look take most of the time, so a few scripts do with that.
    long tableBytes = script.size() % 8 == 0 ? 1 : 1 << 20;
    try (ModelledDisk disk = new ModelledDisk(directory, kind, sizeBytes, tableBytes)) {
      script.forEach(step -> perform(disk, kind, step));
      disk.lookAtEverything();
    } finally {
      DiskBench.deleteTree(directory);
    }
  }

  private static void perform(ModelledDisk disk, DeltaKind kind, Step step) {
    long offset = offsetOf(step, disk.sizeBytes());
    int length = (int) Math.min(1 + step.howMuch % 30_000, disk.sizeBytes() - offset);
    switch (step.deed) {
      case WRITE -> disk.write(offset, length, step.seed);
      case WRITE_GRAINS -> {
        long first = offset / 4096 * 4096;
        long bytes = Math.min((1 + step.howMuch % 9) * 4096, disk.sizeBytes() - first);
        disk.write(first, (int) bytes, step.seed);
      }
      case ZERO -> disk.zero(offset, length);
      case DISCARD -> disk.discard(offset, longer(step, offset, disk.sizeBytes()));
      case FLUSH -> disk.flush();
      case FORK -> disk.fork();
      case FORK_OFTEN -> {
        for (int i = 0; i < 2 + step.howMuch % 15; i++) {
          disk.write(offset, Math.max(1, length / (i + 1)), step.seed + i);
          disk.fork();
        }
      }
      case ABANDON_FORK -> disk.abandonFork(step.howMuch % 2 == 0);
      case COMMIT -> disk.commit(step.where);
      case COMMIT_INTO -> disk.commitInto(step.where);
      case REMOVE_ALL -> disk.commitInto(0);
      case REVERT -> disk.revert(step.where, false);
      case BRANCH -> disk.revert(step.where, true);
      case DELETE_BRANCH -> disk.deleteBranch(step.where);
      case COMMIT_BRANCH -> disk.commitBranch(step.where);
      case GROW -> {
        long sectors = disk.sizeBytes() / 512 + step.howMuch % 5_000;
        disk.grow(Math.min(sectors, largest(kind)) * 512);
      }
      case REOPEN -> disk.reopen();
      case KILL -> disk.kill();
      case TRACK -> disk.toggleTracking();
      case LOOK -> disk.look(offset, length);
      case LOOK_AT_FROZEN -> disk.lookAtFrozen(step.where);
    }
  }

  /**
   * Anywhere on a small disk; on a big one near its start, its end, or one of two places between.
   */
  private static long offsetOf(Step step, long sizeBytes) {
    long scattered = step.where * 31L;
    if (sizeBytes <= PLACE_BYTES) {
      return scattered % sizeBytes;
    }
    long place = step.howMuch % 4 * ((sizeBytes - PLACE_BYTES) / 3);
    return place + scattered % PLACE_BYTES;
  }

  /** A range that now and then covers whole tables. */
  private static long longer(Step step, long offset, long sizeBytes) {
    long factor = step.seed % 8 == 0 ? 100 : 1;
    return Math.min(1 + step.howMuch % 30_000 * factor, sizeBytes - offset);
  }
}
