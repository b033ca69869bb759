package dev.vcsnap.lease;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Headers of archives, as tar would not write all of them. */
final class Tar {

  private Tar() {}

  /**
   * A header.
   *
   * @param sizeBytes in octal digits where they suffice, else as GNU writes it
   */
  static byte[] header(String name, char type, long sizeBytes) {
    byte[] header = new byte[512];
    put(header, 0, name);
    if (sizeBytes < 1L << 33) {
      put(header, 124, "%011o".formatted(sizeBytes));
    } else {
      header[124] = (byte) 0x80;
      ByteBuffer.wrap(header).putLong(128, sizeBytes);
    }
    header[156] = (byte) type;
    put(header, 257, "ustar");
    sum(header);
    return header;
  }

  /** Makes the checksum true. */
  static void sum(byte[] header) {
    put(header, 148, "        ");
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xff;
    }
    put(header, 148, "%06o".formatted(sum));
    header[154] = 0;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
