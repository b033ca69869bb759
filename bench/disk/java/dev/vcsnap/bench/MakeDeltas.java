package dev.vcsnap.bench;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Puts deltas {@code l1.vmdk}, {@code l2.vmdk}, ... on a base: {@code MakeDeltas BASE KIND}.
 *
 * <p>What to write comes from standard input: offset (8 bytes), length (4 bytes), the bytes; a
 * length of 0 ends a delta.
 */
final class MakeDeltas {

  private MakeDeltas() {}

  public static void main(String[] arguments) throws IOException {
    DiskFactory disks = Engine.disks();
    Path parent = Path.of(arguments[0]);
    try (var in = new DataInputStream(new BufferedInputStream(System.in, 1 << 20))) {
      for (int number = 1; hasMore(in); number++) {
        Path delta = parent.resolveSibling("l" + number + ".vmdk");
        Engine.createDelta(disks, delta, parent, arguments[1]);
        try (RunningDisk disk = disks.open(delta, OpenMode.READ_WRITE)) {
          fill(disk, in);
        }
        parent = delta;
      }
    }
  }

  private static boolean hasMore(DataInputStream in) throws IOException {
    in.mark(1);
    int next = in.read();
    in.reset();
    return next >= 0;
  }

  private static void fill(RunningDisk disk, DataInputStream in) throws IOException {
    while (true) {
      long offset = in.readLong();
      byte[] bytes = new byte[in.readInt()];
      if (bytes.length == 0) {
        return;
      }
      if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new EOFException("the input ends within a piece");
      }
      disk.writeAt(offset, ByteBuffer.wrap(bytes));
    }
  }
}
