package dev.vcsnap.bench;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A 2 TiB disk of which 3 % are written in random pieces of 64 KiB.
 *
 * <pre>
 * TwoTebibytes make FOLDER KIND DEPTH   the chain; each delta has its part of the 3 %
 * TwoTebibytes open LEAF                prints the milliseconds of an opening in a warm program
 * TwoTebibytes heap LEAF                prints MiB once all is read: owner map, and all but the
 *                                       grain tables, which are a cache with a limit of its own
 * </pre>
 *
 * The files hold tables and holes: the pieces themselves, 61 GiB, are not stored.
 */
final class TwoTebibytes {

  static final long SIZE_BYTES = 2L << 40;

  private static final int PIECE_BYTES = 64 << 10;
  private static final long PIECES = SIZE_BYTES / PIECE_BYTES;
  private static final int OPENINGS = 5;
  private static final long TABLE_COVERS_BYTES = 16L << 20;
  private static final long TABLE_BYTES = 16L << 20;

  private TwoTebibytes() {}

  public static void main(String[] arguments) {
    Path path = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "make" -> make(path, arguments[2], Integer.parseInt(arguments[3]));
      case "open" -> open(path);
      case "heap" -> heap(path);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void make(Path folder, String kind, int depth) {
    ByteBuffer piece = HollowFiles.piece(PIECE_BYTES);
    DiskFactory disks = Engine.disks(new HollowFiles(new HostFiles()));
    Path parent = folder.resolve("base.vmdk");
    disks.createFlat(parent, SIZE_BYTES, true);
    SplittableRandom chance = new SplittableRandom(1);
    for (int number = 1; number <= depth; number++) {
      Path delta = folder.resolve("l" + number + ".vmdk");
      Engine.createDelta(disks, delta, parent, kind);
      try (RunningDisk disk = disks.open(delta, OpenMode.READ_WRITE)) {
        if (number == depth) {
          disk.enableTracking();
        }
        // In ascending order, which leaves the same tables and takes less time.
        chance
            .longs(PIECES * 3 / 100 / depth, 0, PIECES)
            .sorted()
            .forEach(place -> disk.writeAt(place * PIECE_BYTES, piece.clear()));
      }
      parent = delta;
    }
  }

  private static void open(Path leaf) {
    double[] millis = new double[OPENINGS];
    for (int i = 0; i < OPENINGS; i++) {
      long start = System.nanoTime();
      try (RunningDisk disk = Engine.disks().open(leaf, OpenMode.READ_WRITE)) {
        disk.readAt(SIZE_BYTES / 2, ByteBuffer.allocateDirect(4096));
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    System.out.printf("%.1f %.1f%n", millis[0], Engine.medianOf(millis));
  }

  private static void heap(Path leaf) {
    ByteBuffer block = ByteBuffer.allocateDirect(4096);
    var tables = new TableBudget(TABLE_BYTES);
    DiskFactory disks = Engine.disks(new HostFiles(), tables);
    long before = usedBytes();
    try (RunningDisk disk = disks.open(leaf, OpenMode.READ_WRITE)) {
      // Whatever is read only when it is needed is needed now.
      for (long offset = 0; offset < SIZE_BYTES; offset += TABLE_COVERS_BYTES) {
        disk.readAt(offset, block.clear());
      }
      long used = usedBytes() - before - tables.usedBytes();
      System.out.printf(
          "%.1f %.1f%n", disk.ownerMapBytes() / (double) (1 << 20), used / (double) (1 << 20));
    }
  }

  private static long usedBytes() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
