package dev.vcsnap.guest.rpc;

import java.nio.ByteBuffer;

/** Reads values in XDR (RFC 4506) from bytes of a guest, each within a bound. */
final class XdrReader {

  private static final int UNIT_BYTES = 4;

  private final ByteBuffer in;

  XdrReader(ByteBuffer in) {
    this.in = in;
  }

  int unsignedInt() throws MalformedPacketException {
    require(UNIT_BYTES);
    return in.getInt();
  }

  boolean bool() throws MalformedPacketException {
    return unsignedInt() != 0;
  }

  /** The number of elements of a list, between 0 and {@code max}. */
  int count(int max) throws MalformedPacketException {
    int count = unsignedInt();
    if (count < 0 || count > max) {
      throw new MalformedPacketException(
          "%s elements; at most %d are taken".formatted(Integer.toUnsignedString(count), max));
    }
    return count;
  }

  /** Opaque bytes of a length that is written before them, at most {@code max}. */
  byte[] bytes(int max) throws MalformedPacketException {
    byte[] bytes = new byte[count(max)];
    int padding = -bytes.length & (UNIT_BYTES - 1);
    require(bytes.length + padding);
    in.get(bytes);
    in.position(in.position() + padding);
    return bytes;
  }

  private void require(int bytes) throws MalformedPacketException {
    if (in.remaining() < bytes) {
      throw new MalformedPacketException(
          "%d bytes where %d are left".formatted(bytes, in.remaining()));
    }
  }
}
