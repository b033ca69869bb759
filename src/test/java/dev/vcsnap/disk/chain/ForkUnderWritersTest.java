package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forks and merges while several guests write as fast as they can. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ForkUnderWritersTest {

  private static final int AREA_BYTES = 3 << 20;
  private static final int WRITERS = 4;

  @TempDir Path directory;

  /** Writes its own area of the disk and knows what must be there. */
  private static final class Writer implements Runnable {

    private final RunningDisk disk;
    private final int start;
    private final Random random;
    private final AtomicBoolean stop;
    private final byte[] model = new byte[AREA_BYTES];
    private final Semaphore writes = new Semaphore(0);

    Writer(RunningDisk disk, int number, AtomicBoolean stop) {
      this.disk = disk;
      this.start = number * AREA_BYTES + 512 * number;
      this.random = new Random(number);
      this.stop = stop;
    }

    @Override
    public void run() {
      while (!stop.get()) {
        int length = 1 + random.nextInt(20_000);
        int offset = random.nextInt(AREA_BYTES - length);
        if (random.nextInt(8) == 0) {
          disk.writeZeroesAt(start + offset, length);
          Arrays.fill(model, offset, offset + length, (byte) 0);
        } else {
          byte[] bytes = DiskBench.randomBytes(random, length);
          disk.writeAt(start + offset, ByteBuffer.wrap(bytes));
          System.arraycopy(bytes, 0, model, offset, length);
        }
        if (random.nextInt(50) == 0) {
          disk.flush();
        }
        look(offset, length);
        writes.release();
      }
    }

    /** What this guest wrote last is what it reads, whatever happens to the chain meanwhile. */
    private void look(int offset, int length) {
      ByteBuffer found = ByteBuffer.allocate(length);
      disk.readAt(start + offset, found);
      assertThat(found.array()).isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
    }

    void assertAreaIsRight(BlockDevice device) {
      ByteBuffer found = ByteBuffer.allocate(AREA_BYTES);
      device.readAt(start, found);
      assertThat(found.array()).isEqualTo(model);
    }
  }

  private static void awaitProgress(List<Writer> writers, int count) throws InterruptedException {
    for (Writer writer : writers) {
      writer.writes.drainPermits();
    }
    for (Writer writer : writers) {
      writer.writes.acquire(count);
    }
  }

  @ParameterizedTest
  @CsvSource({"SE_SPARSE, 1000000", "SE_SPARSE, 1", "VMFS_SPARSE, 1000000", "VMFS_SPARSE, 1"})
  void writersLoseNothingOverForksAndEveryKindOfMerge(DeltaKind kind, long tableBytes)
      throws Exception {
    DiskBench bench =
        new DiskBench(directory, new RiggedFiles(), kind, new TableBudget(tableBytes));
    RunningDisk disk = bench.create(64L << 20);
    AtomicBoolean stop = new AtomicBoolean();
    List<Writer> writers = new ArrayList<>();
    List<Future<?>> ends = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(WRITERS)) {
      for (int i = 0; i < WRITERS; i++) {
        Writer writer = new Writer(disk, i, stop);
        writers.add(writer);
        ends.add(pool.submit(writer));
      }
      try {
        for (int round = 0; round < 9; round++) {
          bench.fork(disk);
          awaitProgress(writers, 20);
          bench.fork(disk);
          awaitProgress(writers, 20);
          bench.fork(disk);
          awaitProgress(writers, 5);
          List<Path> links = disk.links();
          switch (round % 3) {
            case 0 -> disk.commitInto(bench.base, DiskBench.unwatched());
            case 1 -> {
              disk.commit(links.get(1), DiskBench.unwatched());
              disk.commit(disk.leaf(), DiskBench.unwatched());
              disk.commit(disk.leaf(), DiskBench.unwatched());
            }
            default -> {
              disk.commit(disk.leaf(), DiskBench.unwatched());
              disk.commitInto(bench.base, DiskBench.unwatched());
            }
          }
          assertThat(disk.links()).containsExactly(bench.base);
        }
      } finally {
        stop.set(true);
      }
    }
    for (Future<?> end : ends) {
      end.get();
    }
    writers.forEach(writer -> writer.assertAreaIsRight(disk));
    disk.close();
    bench.assertNothingWrong();
    assertThat(bench.fileNames()).containsExactly("VM-flat.vmdk", "VM.vmdk");
    try (RunningDisk again = bench.open(bench.base)) {
      writers.forEach(writer -> writer.assertAreaIsRight(again));
    }
  }

  @Test
  void aFrozenLinkIsOneMomentOfAWriterThatCounts() throws Exception {
    DiskBench bench = new DiskBench(directory, new RiggedFiles());
    RunningDisk disk = bench.create(4L << 20);
    int slots = 700;
    AtomicBoolean stop = new AtomicBoolean();
    Semaphore counted = new Semaphore(0);
    Thread counter =
        Thread.ofPlatform()
            .start(() -> {
              for (long value = 1; !stop.get(); value++) {
                ByteBuffer number = ByteBuffer.allocate(8).putLong(0, value);
                disk.writeAt(value % slots * 1536, number);
                counted.release();
              }
            });
    try {
      for (int round = 0; round < 30; round++) {
        counted.drainPermits();
        counted.acquire(300);
        Path frozen = bench.fork(disk);
        try (BlockDevice view = disk.openFrozen(frozen)) {
          long[] found = new long[slots];
          long newest = 0;
          for (int i = 0; i < slots; i++) {
            ByteBuffer number = ByteBuffer.allocate(8);
            view.readAt(i * 1536L, number);
            found[i] = number.getLong(0);
            newest = Math.max(newest, found[i]);
          }
          for (long value = Math.max(1, newest - slots + 1); value <= newest; value++) {
            assertThat(found[(int) (value % slots)]).isEqualTo(value);
          }
        }
        if (disk.links().size() > 4) {
          disk.commit(disk.links().get(2), DiskBench.unwatched());
        }
      }
    } finally {
      stop.set(true);
      counter.join();
    }
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void oneHundredForksAndCommitsUnderAWriterLeaveOneFlatDisk() throws Exception {
    DiskBench bench = new DiskBench(directory, new RiggedFiles());
    RunningDisk disk = bench.create(16L << 20);
    disk.enableTracking();
    AtomicBoolean stop = new AtomicBoolean();
    Writer writer = new Writer(disk, 0, stop);
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<?> end = pool.submit(writer);
      try {
        for (int round = 0; round < 100; round++) {
          bench.fork(disk);
          awaitProgress(List.of(writer), 3);
          disk.commit(disk.leaf(), DiskBench.unwatched());
        }
      } finally {
        stop.set(true);
      }
      end.get();
    }
    writer.assertAreaIsRight(disk);
    disk.close();
    bench.assertNothingWrong();
    assertThat(bench.fileNames()).containsExactly("VM-ctk.vmdk", "VM-flat.vmdk", "VM.vmdk");
  }
}
