package dev.vcsnap.disk.vmdk.sparse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The numbers of sparse files: 4 or 8 bytes, the lowest first. */
final class LittleEndian {

  private LittleEndian() {}

  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static long get(ByteBuffer in, int at, int bytes) {
    return bytes == Long.BYTES ? in.getLong(at) : Integer.toUnsignedLong(in.getInt(at));
  }

  static void put(ByteBuffer out, long number, int bytes) {
    if (bytes == Long.BYTES) {
      out.putLong(number);
    } else {
      out.putInt((int) number);
    }
  }
}
