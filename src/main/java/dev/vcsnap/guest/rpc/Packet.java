package dev.vcsnap.guest.rpc;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What goes over a stream socket between Tools and their host, in either direction.
 *
 * <pre>
 *   packet --> length: u32, field*           the length of all fields, in bytes
 *   field  --> 1: u32, id: u32, low: u32, high: u32           a number
 *            | 2: u32, id: u32, length: u32, bytes            a text
 * </pre>
 *
 * All numbers are big-endian. Field 1 is the type (1 data, 2 ping), 2 the payload, 3 says that the
 * guest will not use the connection again. Unknown fields are skipped. Source: open-vm-tools, and
 * what its version 12.2.0 sent.
 */
final class Packet {

  /** Tools send at most 64 KiB at once. */
  static final int PAYLOAD_BYTES_MAX = 128 << 10;

  private static final int LENGTH_MAX = PAYLOAD_BYTES_MAX + 256;
  private static final int FIELDS_MAX = 16;

  private static final int NUMBER = 1;
  private static final int TEXT = 2;

  private static final int TYPE = 1;
  private static final int PAYLOAD = 2;
  private static final int FAST_CLOSE = 3;

  private static final int DATA = 1;
  private static final int PING = 2;

  private static final int NUMBER_BYTES = 16;
  private static final int TEXT_HEAD_BYTES = 12;

  private final boolean ping;
  private final byte[] payload;
  private final boolean last;

  /** A packet; the payload is at most {@link #PAYLOAD_BYTES_MAX} long, and not copied. */
  Packet(boolean ping, byte[] payload, boolean last) {
    this.ping = ping;
    this.payload = payload;
    this.last = last;
  }

  /** True for a sign of life, which has no payload and no answer. */
  boolean ping() {
    return ping;
  }

  byte[] payload() {
    return payload;
  }

  /** True if the sender wants the connection closed after the answer. */
  boolean last() {
    return last;
  }

  /** A packet with a payload. */
  static Packet data(byte[] payload) {
    return new Packet(false, payload, false);
  }

  /**
   * Reads the next packet.
   *
   * @throws MalformedPacketException when it is none, or too large
   * @throws EOFException when the stream ends
   */
  static Packet read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LENGTH_MAX) {
      throw new MalformedPacketException(
          "a packet of %s bytes; at most %d are taken"
              .formatted(Integer.toUnsignedString(length), LENGTH_MAX));
    }
    byte[] fields = in.readNBytes(length);
    if (fields.length < length) {
      throw new EOFException();
    }
    return parse(ByteBuffer.wrap(fields));
  }

  private static Packet parse(ByteBuffer in) throws MalformedPacketException {
    long type = 0;
    byte[] payload = {};
    boolean last = false;
    for (int count = 0; in.hasRemaining(); count++) {
      if (count == FIELDS_MAX) {
        throw new MalformedPacketException("a packet of more than " + FIELDS_MAX + " fields");
      }
      require(in, TEXT_HEAD_BYTES);
      int kind = in.getInt();
      int id = in.getInt();
      switch (kind) {
        case NUMBER -> {
          require(in, Long.BYTES);
          long value = Integer.toUnsignedLong(in.getInt()) | (long) in.getInt() << Integer.SIZE;
          if (id == TYPE) {
            type = value;
          } else if (id == FAST_CLOSE) {
            last = value != 0;
          }
        }
        case TEXT -> {
          byte[] text = new byte[require(in, in.getInt())];
          in.get(text);
          if (id == PAYLOAD) {
            payload = text;
          }
        }
        default -> throw new MalformedPacketException("a field of the unknown type " + kind);
      }
    }
    if ((type != DATA && type != PING) || payload.length > PAYLOAD_BYTES_MAX) {
      throw new MalformedPacketException(
          "a packet of type %d with %d bytes".formatted(type, payload.length));
    }
    return new Packet(type == PING, payload, last);
  }

  private static int require(ByteBuffer in, int bytes) throws MalformedPacketException {
    if (bytes < 0 || in.remaining() < bytes) {
      throw new MalformedPacketException(
          "a field of %s bytes where %d are left"
              .formatted(Integer.toUnsignedString(bytes), in.remaining()));
    }
    return bytes;
  }

  /** The packet as bytes, its length first. */
  ByteBuffer encoded() {
    int fields = NUMBER_BYTES + TEXT_HEAD_BYTES + payload.length + (last ? NUMBER_BYTES : 0);
    ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + fields).putInt(fields);
    putNumber(out, TYPE, ping ? PING : DATA);
    out.putInt(TEXT).putInt(PAYLOAD).putInt(payload.length).put(payload);
    if (last) {
      putNumber(out, FAST_CLOSE, 1);
    }
    return out.flip();
  }

  private static void putNumber(ByteBuffer out, int id, int value) {
    out.putInt(NUMBER).putInt(id).putInt(value).putInt(0);
  }
}
