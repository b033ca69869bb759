package dev.vcsnap.seed;

import dev.vcsnap.disk.block.BlockDevice;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Fills a new disk with bytes that no compressor shrinks and no two blocks share: a dense start, as
 * boot files are, and pieces scattered over the rest, as a used file system has them.
 */
final class GeneratedContent {

  private static final int PIECE_BYTES = 64 * 1024;
  private static final long DENSE_BYTES = 8L << 20;
  private static final int SCATTERED_PIECES = 128;

  private GeneratedContent() {}

  static void fill(BlockDevice disk, Random random) {
    var piece = new byte[PIECE_BYTES];
    for (long offset = 0; offset < Math.min(DENSE_BYTES, disk.sizeBytes()); offset += PIECE_BYTES) {
      write(disk, offset, piece, random);
    }
    long pieces = disk.sizeBytes() / PIECE_BYTES;
    for (int i = 0; i < SCATTERED_PIECES && pieces > 0; i++) {
      write(disk, random.nextLong(pieces) * PIECE_BYTES, piece, random);
    }
    disk.flush();
  }

  private static void write(BlockDevice disk, long offset, byte[] piece, Random random) {
    random.nextBytes(piece);
    int length = (int) Math.min(piece.length, disk.sizeBytes() - offset);
    disk.writeAt(offset, ByteBuffer.wrap(piece, 0, length));
  }
}
