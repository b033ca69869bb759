package dev.vcsnap.bench;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One request of 4 KiB through the engine: what it costs and, with {@code -prof gc}, allocates. */
@State(Scope.Thread)
public class RequestAllocation {

  private static final int BLOCK_BYTES = 4096;
  private static final long READ_BYTES = 64L << 20;

  /** Room for all first writes of some seconds. */
  private static final long SIZE_BYTES = 64L << 30;

  @Param({"SE_SPARSE", "VMFS_SPARSE"})
  private DeltaKind kind;

  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
  private final DiskFactory disks = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
  private Path folder;
  private RunningDisk disk;
  private long position;
  private long fresh;

  @Setup(Level.Trial)
  public void open() throws IOException {
    folder = Files.createTempDirectory(Path.of(System.getProperty("bench.folder")), "jmh");
    Path parent = folder.resolve("base.vmdk");
    disks.createFlat(parent, SIZE_BYTES, true);
    for (String name : List.of("one.vmdk", "two.vmdk")) {
      Path delta = folder.resolve(name);
      disks.createDelta(delta, parent, kind);
      disk = disks.open(delta, OpenMode.READ_WRITE);
      for (long offset = 0; offset < READ_BYTES; offset += BLOCK_BYTES) {
        disk.writeAt(offset, block.clear());
      }
      if (name.equals("one.vmdk")) {
        disk.close();
      }
      parent = delta;
    }
    fresh = READ_BYTES;
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    disk.close();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private long next() {
    position = (position + 37 * BLOCK_BYTES) % READ_BYTES;
    return position;
  }

  @Benchmark
  public void read() {
    disk.readAt(next(), block.clear());
  }

  @Benchmark
  public void overwrite() {
    disk.writeAt(next(), block.clear());
  }

  @Benchmark
  public void firstWrite() {
    if (fresh == SIZE_BYTES) {
      throw new IllegalStateException("the disk is too small for so many writes");
    }
    disk.writeAt(fresh, block.clear());
    fresh += BLOCK_BYTES;
  }
}
