package dev.vcsnap.disk.vmdk.audit;

import dev.vcsnap.disk.io.DiskFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads a long array of little-endian numbers from a file, a piece at a time. */
public final class Entries {

  private static final int PIECE_BYTES = 1 << 16;

  private final DiskFile file;
  private final long firstByte;
  private final long count;
  private final int width;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long pieceAt = -1;

  /**
   * @param width bytes of a number, 4 or 8
   */
  public Entries(DiskFile file, long firstByte, long count, int width) {
    this.file = file;
    this.firstByte = firstByte;
    this.count = count;
    this.width = width;
  }

  /** Whether the file is long enough for all of them. */
  public boolean isInFile() {
    return firstByte >= 0 && firstByte <= file.size() - count * width;
  }

  /** How many there are. */
  public long count() {
    return count;
  }

  /** One number, unsigned when it has four bytes. */
  public long get(long index) {
    long at = index * width / PIECE_BYTES * PIECE_BYTES;
    if (at != pieceAt) {
      piece.clear().limit((int) Math.min(PIECE_BYTES, count * width - at));
      file.readAt(firstByte + at, piece);
      pieceAt = at;
    }
    int within = (int) (index * width - at);
    return width == Integer.BYTES
        ? Integer.toUnsignedLong(piece.getInt(within))
        : piece.getLong(within);
  }

  /** Where a number stands in the file, for people. */
  public long byteOf(long index) {
    return firstByte + index * width;
  }
}
