package dev.vcsnap.soap;

import java.nio.charset.StandardCharsets;

/** Text that goes out as it is: encoded once, copied often. */
final class Markup {

  private final byte[] bytes;

  private Markup(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes text that is ASCII and needs no escaping. */
  static Markup of(String ascii) {
    return new Markup(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  int length() {
    return bytes.length;
  }

  void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }
}
