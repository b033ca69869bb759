package dev.vcsnap.nbd;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Takes the data of an option apart and believes no length in it. */
final class OptionData {

  /** Data that is not what its option asks for; the client is told and may try again. */
  static final class Malformed extends Exception {
    Malformed(String message) {
      super(message);
    }
  }

  private final ByteBuffer data;

  OptionData(ByteBuffer data) {
    this.data = data;
  }

  int uint16() throws Malformed {
    try {
      return Short.toUnsignedInt(data.getShort());
    } catch (BufferUnderflowException e) {
      throw new Malformed("the option's data ends too early");
    }
  }

  /** A number of things of at least {@code bytesEach} bytes; refused when they cannot be there. */
  int count(int bytesEach) throws Malformed {
    long count = uint32();
    if (count > data.remaining() / bytesEach) {
      throw new Malformed("%d entries do not fit the option's data".formatted(count));
    }
    return (int) count;
  }

  private long uint32() throws Malformed {
    try {
      return Integer.toUnsignedLong(data.getInt());
    } catch (BufferUnderflowException e) {
      throw new Malformed("the option's data ends too early");
    }
  }

  /** A string with its length in front. */
  String string() throws Malformed {
    return string(uint32());
  }

  /** All that is left, as a string. */
  String rest() throws Malformed {
    return string(data.remaining());
  }

  private String string(long length) throws Malformed {
    if (length > data.remaining()) {
      throw new Malformed("a string of %d bytes does not fit the option's data".formatted(length));
    }
    if (length > Protocol.NAME_BYTES_MAX) {
      throw new Malformed(
          "a string of %d bytes is longer than %d".formatted(length, Protocol.NAME_BYTES_MAX));
    }
    ByteBuffer bytes = data.slice(data.position(), (int) length);
    data.position(data.position() + (int) length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("a string is not UTF-8");
    }
  }

  void end() throws Malformed {
    if (data.hasRemaining()) {
      throw new Malformed("%d bytes of data too many".formatted(data.remaining()));
    }
  }
}
