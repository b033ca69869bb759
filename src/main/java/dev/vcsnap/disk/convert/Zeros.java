package dev.vcsnap.disk.convert;

import java.nio.ByteBuffer;

/** Finds zeros, eight bytes at a time. */
final class Zeros {

  private Zeros() {}

  /** Whether all of a part is zeros; its position and limit do not matter. */
  static boolean isZero(ByteBuffer chunk, int from, int to) {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      if (chunk.getLong(at) != 0) {
        return false;
      }
    }
    for (; at < to; at++) {
      if (chunk.get(at) != 0) {
        return false;
      }
    }
    return true;
  }
}
