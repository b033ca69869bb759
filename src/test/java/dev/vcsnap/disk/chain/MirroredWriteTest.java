package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest that writes behind, at and ahead of the place that a merge has come to. */
class MirroredWriteTest {

  /** Several regions of either kind, and the last grain is not whole. */
  private static final int SIZE = (33 << 20) + 512;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(DeltaKind.class)
  void everyWriteDuringAMergeIsInTheSurvivorWhateverItsBorders(DeltaKind kind) {
    long seed = System.nanoTime();
    Random chance = new Random(seed);
    var bench = new DiskBench(directory, new HostFiles(), kind, TableBudget.ofHeap());
    byte[] model = new byte[SIZE];
    try (RunningDisk disk = bench.create(SIZE)) {
      bench.fork(disk);
      write(disk, model, 0, DiskBench.randomBytes(chance, 20 << 20));
      bench.fork(disk);
      write(disk, model, 5 << 20, DiskBench.randomBytes(chance, 20 << 20));
      disk.commitInto(
          bench.base,
          DiskBench.meanwhile(() -> {
            for (int i = 0; i < 8; i++) {
              scribble(disk, model, chance);
            }
          }));
      assertThat(DiskBench.contentOf(disk)).as("seed %d", seed).isEqualTo(model);
      assertThat(disk.links()).containsExactly(bench.base);
    }
    bench.assertNothingWrong();
  }

  /** Whole grains, parts of grains, and zeros over either. */
  private static void scribble(RunningDisk disk, byte[] model, Random chance) {
    int unit = chance.nextBoolean() ? 4096 : 512;
    int length = unit * (1 + chance.nextInt(20));
    int at = chance.nextInt((SIZE - length) / unit + 1) * unit;
    if (chance.nextInt(4) == 0) {
      disk.writeZeroesAt(at, length);
      Arrays.fill(model, at, at + length, (byte) 0);
    } else {
      write(disk, model, at, DiskBench.randomBytes(chance, length));
    }
  }

  private static void write(RunningDisk disk, byte[] model, int at, byte[] bytes) {
    disk.writeAt(at, ByteBuffer.wrap(bytes));
    System.arraycopy(bytes, 0, model, at, bytes.length);
  }
}
