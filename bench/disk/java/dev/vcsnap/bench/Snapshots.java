package dev.vcsnap.bench;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.MergeProgress;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Makes snapshots of a 2 TiB disk whose chain is as deep as it may be, while 8 threads write to it:
 * {@code Snapshots FOLDER KIND COUNT}.
 *
 * <p>Each snapshot is merged back before the next, with the writers at rest, to stay at the depth.
 * Prints stun p50, p99 and longest, the median of the whole creation, all in milliseconds, and the
 * writes per second.
 */
final class Snapshots {

  private static final int LINKS = 31;
  private static final int WRITERS = 8;

  /**
   * Where the guest writes: 64 MiB in areas all over the disk. More would only make the merges
   * between the snapshots longer.
   */
  private static final int AREAS = 256;

  private static final int AREA_BLOCKS = 64;
  private static final int BLOCK_BYTES = 4096;
  private static final int WRITES_BETWEEN_PAUSES = 100;

  /**
   * What a guest does between two requests. Without it eight threads would fight for two
   * processors, and one that is inside the gate would have to wait for its turn there.
   */
  private static final long THINK_NANOS = 50_000;

  private final RunningDisk disk;
  private final LongAdder writes = new LongAdder();
  private final ReadWriteLock pause = new ReentrantReadWriteLock(true);
  private volatile boolean over;

  private Snapshots(RunningDisk disk) {
    this.disk = disk;
  }

  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[2]);
    DiskFactory disks = Engine.disks();
    Path leaf = chain(disks, folder, arguments[1]);
    try (RunningDisk disk = disks.open(leaf, OpenMode.READ_WRITE)) {
      new Snapshots(disk).run(folder, count);
    }
  }

  /** A base and 30 deltas: the next snapshot brings it to depth 31. */
  private static Path chain(DiskFactory disks, Path folder, String kind) {
    Path parent = folder.resolve("base.vmdk");
    disks.createFlat(parent, TwoTebibytes.SIZE_BYTES, true);
    for (int number = 1; number < LINKS; number++) {
      Path delta = folder.resolve("l" + number + ".vmdk");
      Engine.createDelta(disks, delta, parent, kind);
      parent = delta;
    }
    return parent;
  }

  private void run(Path folder, int count) throws InterruptedException {
    Thread[] writers = new Thread[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
      int number = i;
      writers[i] = Thread.ofPlatform().start(() -> write(number));
    }
    double[] stuns = new double[count];
    double[] creations = new double[count];
    long started = System.nanoTime();
    try {
      for (int i = -3; i < count; i++) {
        snapshot(folder.resolve("s" + (i + 3) + ".vmdk"), i, stuns, creations);
      }
    } finally {
      over = true;
      for (Thread writer : writers) {
        writer.join();
      }
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    System.out.printf(
        "%.3f %.3f %.3f %.3f %.0f%n",
        Engine.medianOf(stuns),
        Engine.percentileOf(stuns, 0.99),
        Engine.percentileOf(stuns, 1),
        Engine.medianOf(creations),
        writes.sum() / seconds);
  }

  /** One snapshot; the first ones, with a negative number, only warm up. */
  private void snapshot(Path leaf, int number, double[] stuns, double[] creations)
      throws InterruptedException {
    Thread.sleep(50);
    long start = System.nanoTime();
    PreparedFork fork = disk.prepareFork(leaf);
    fork.closeGate();
    fork.commit();
    double stunMillis = fork.openGate().toNanos() / 1e6;
    if (number >= 0) {
      stuns[number] = stunMillis;
      creations[number] = (System.nanoTime() - start) / 1e6;
    }
    pause.writeLock().lock();
    try {
      disk.commit(leaf, MergeProgress.unwatched());
    } finally {
      pause.writeLock().unlock();
    }
  }

  private void write(int number) {
    SplittableRandom chance = new SplittableRandom(number);
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    long step = TwoTebibytes.SIZE_BYTES / AREAS;
    while (!over) {
      pause.readLock().lock();
      try {
        for (int i = 0; i < WRITES_BETWEEN_PAUSES; i++) {
          long offset = chance.nextInt(AREAS) * step;
          disk.writeAt(offset + chance.nextInt(AREA_BLOCKS) * (long) BLOCK_BYTES, block.clear());
          LockSupport.parkNanos(THINK_NANOS);
        }
      } finally {
        pause.readLock().unlock();
      }
      writes.add(WRITES_BETWEEN_PAUSES);
    }
  }
}
