package dev.vcsnap.disk.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A process that writes, flushes, forks and merges until it is killed: one thread counts up in
 * blocks and says what it has flushed; the other one changes the chain and keeps the leaf's name in
 * a file, as a machine's configuration does.
 */
final class KilledGuest {

  static final long SIZE = 24 << 20;
  static final int SLOTS = 1500;
  static final int STRIDE = 10_752;
  static final String LEAF_FILE = "leaf.txt";

  private KilledGuest() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    disk.enableTracking();
    name(directory, disk.leaf());
    Thread.ofPlatform().daemon().start(() -> changeTheChain(bench, disk));
    for (long value = 1; ; value++) {
      ByteBuffer block = ByteBuffer.allocate(700);
      while (block.hasRemaining()) {
        block.put((byte) value);
      }
      block.putLong(0, value);
      disk.writeAt(value % SLOTS * STRIDE, block.flip());
      if (value % 20 == 0) {
        disk.flush();
        System.out.println(value);
        System.out.flush();
      }
    }
  }

  private static void changeTheChain(DiskBench bench, RunningDisk disk) {
    while (true) {
      fork(bench, disk);
      fork(bench, disk);
      fork(bench, disk);
      disk.commit(disk.links().get(2), DiskBench.unwatched());
      disk.commit(disk.leaf(), naming(bench.directory));
      disk.commitInto(bench.base, naming(bench.directory));
    }
  }

  private static void fork(DiskBench bench, RunningDisk disk) {
    PreparedFork fork = disk.prepareFork(bench.nextName());
    fork.closeGate();
    fork.commit();
    name(bench.directory, fork.leaf());
    fork.openGate();
  }

  private static MergeProgress naming(Path directory) {
    return new MergeProgress() {
      @Override
      public void merged(long grainsDone, long grainsTotal) {}

      @Override
      public boolean cancelled() {
        return false;
      }

      @Override
      public void survives(Path survivor) {
        name(directory, survivor);
      }
    };
  }

  private static void name(Path directory, Path leaf) {
    try {
      Path temporary = directory.resolve("leaf.new");
      Files.writeString(temporary, leaf.getFileName().toString());
      Files.move(temporary, directory.resolve(LEAF_FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
