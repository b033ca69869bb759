package dev.vcsnap.disk.chain;

import java.nio.ByteBuffer;

/** Zeros to read and to write. */
final class Zeros {

  private static final ByteBuffer GRAIN =
      ByteBuffer.allocateDirect(Link.GRAIN_BYTES).asReadOnlyBuffer();

  private Zeros() {}

  /** {@code count} zero bytes, at most a grain. */
  static ByteBuffer of(int count) {
    return GRAIN.slice(0, count);
  }

  /** Puts {@code count} zeros into the buffer and moves on. */
  static void fill(ByteBuffer target, int count) {
    int left = count;
    while (left > 0) {
      int piece = Math.min(left, Link.GRAIN_BYTES);
      target.put(target.position(), GRAIN, 0, piece);
      target.position(target.position() + piece);
      left -= piece;
    }
  }
}
