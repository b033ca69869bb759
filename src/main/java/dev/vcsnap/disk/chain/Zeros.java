package dev.vcsnap.disk.chain;

import java.nio.ByteBuffer;

/** Zeros to read and to write. */
final class Zeros {

  private static final int PIECE_BYTES = 4096;
  private static final ByteBuffer PIECE = ByteBuffer.allocateDirect(PIECE_BYTES).asReadOnlyBuffer();

  private Zeros() {}

  /** {@code count} zero bytes, at most 4096. */
  static ByteBuffer of(int count) {
    return PIECE.slice(0, count);
  }

  /** Puts {@code count} zeros into the buffer and moves on. */
  static void fill(ByteBuffer target, int count) {
    int left = count;
    while (left > 0) {
      int piece = Math.min(left, PIECE_BYTES);
      target.put(target.position(), PIECE, 0, piece);
      target.position(target.position() + piece);
      left -= piece;
    }
  }
}
