package dev.vcsnap.verify.areas;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import java.util.List;

/** Where a disk is known to read as zeros, asked from its start to its end. */
final class Zeros {

  private static final long LOOK_BYTES = 64L << 20;

  private final BlockDevice disk;
  private List<BlockStatus> known = List.of();
  private int at;
  private long knownTo;
  private long dataAt;

  Zeros(BlockDevice disk) {
    this.disk = disk;
  }

  /**
   * The first byte from {@code offset} on that may be none; {@code limit} if there is none before.
   *
   * @param offset not less than the last time
   */
  long end(long offset, long limit) {
    long end = Math.min(limit, disk.sizeBytes());
    dataAt = Math.max(dataAt, offset);
    while (dataAt < end) {
      BlockStatus piece = pieceAt(dataAt);
      if (piece.kind() == BlockStatus.Kind.DATA) {
        return dataAt;
      }
      dataAt = piece.offset() + piece.length();
    }
    return limit;
  }

  private BlockStatus pieceAt(long offset) {
    if (offset >= knownTo) {
      long length = Math.min(LOOK_BYTES, disk.sizeBytes() - offset);
      known = disk.statusOf(offset, length);
      at = 0;
      knownTo = offset + length;
    }
    while (known.get(at).offset() + known.get(at).length() <= offset) {
      at++;
    }
    return known.get(at);
  }
}
