package dev.vcsnap.soap;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;

/**
 * A growing buffer of UTF-8 text that escapes what XML needs escaped; the reply is complete before
 * its first byte leaves, so that a failure while encoding can still become a fault.
 */
final class XmlBuffer {

  private static final Markup LESS = Markup.of("&lt;");
  private static final Markup GREATER = Markup.of("&gt;");
  private static final Markup AMPERSAND = Markup.of("&amp;");
  private static final Markup QUOTE = Markup.of("&quot;");
  private static final Markup CARRIAGE_RETURN = Markup.of("&#xD;");
  private static final char REPLACEMENT = '\uFFFD';
  private static final int NANOS_A_MICRO = 1_000;

  /** The widest that one char becomes. */
  private static final int BYTES_A_CHAR_MAX = 6;

  private byte[] bytes = new byte[1024];
  private int length;

  /** Appends markup as it is. */
  XmlBuffer raw(Markup markup) {
    reserve(markup.length());
    markup.copyTo(bytes, length);
    length += markup.length();
    return this;
  }

  /** Appends one ASCII character of markup. */
  XmlBuffer raw(char markup) {
    reserve(1);
    bytes[length++] = (byte) markup;
    return this;
  }

  /** Appends character data; characters that XML 1.0 has no way to spell become U+FFFD. */
  XmlBuffer text(String text) {
    return escaped(text, false);
  }

  /** Appends the value of an attribute that stands in double quotes. */
  XmlBuffer attribute(String value) {
    return escaped(value, true);
  }

  /** Appends a whole number. */
  XmlBuffer number(long value) {
    if (value >= 0 && value < 10) {
      return raw((char) ('0' + value));
    }
    return ascii(Long.toString(value));
  }

  /** Appends a number in the spelling of {@code xsd:double}. */
  XmlBuffer number(double value) {
    return ascii(Double.isInfinite(value) ? infinity(value) : Double.toString(value));
  }

  /** Appends a number in the spelling of {@code xsd:float}. */
  XmlBuffer number(float value) {
    return ascii(Float.isInfinite(value) ? infinity(value) : Float.toString(value));
  }

  /** Appends a time in UTC with as many fraction digits as it needs, six at most. */
  XmlBuffer time(Instant time) {
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
    if (utc.getYear() < 0) {
      raw('-');
    }
    digits(Math.abs(utc.getYear()), 4).raw('-').digits(utc.getMonthValue(), 2).raw('-');
    digits(utc.getDayOfMonth(), 2).raw('T').digits(utc.getHour(), 2).raw(':');
    digits(utc.getMinute(), 2).raw(':').digits(utc.getSecond(), 2);
    int fraction = utc.getNano() / NANOS_A_MICRO;
    if (fraction != 0) {
      int width = 6;
      while (fraction % 10 == 0) {
        fraction /= 10;
        width--;
      }
      raw('.').digits(fraction, width);
    }
    return raw('Z');
  }

  /** Appends bytes in base 64. */
  XmlBuffer base64(byte[] value) {
    byte[] encoded = Base64.getEncoder().encode(value);
    reserve(encoded.length);
    System.arraycopy(encoded, 0, bytes, length, encoded.length);
    length += encoded.length;
    return this;
  }

  /** How many bytes there are. */
  int length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private XmlBuffer escaped(String text, boolean quoted) {
    int end = text.length();
    reserve(Math.multiplyExact(end, BYTES_A_CHAR_MAX));
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c == '"' && quoted) {
        raw(QUOTE);
      } else if (c < 0x80) {
        asciiCharacter(c);
      } else if (c < 0x800) {
        bytes[length++] = (byte) (0xC0 | (c >> 6));
        bytes[length++] = (byte) (0x80 | (c & 0x3F));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        fourBytes(Character.toCodePoint(c, text.charAt(++i)));
      } else {
        threeBytes(Character.isSurrogate(c) || c >= 0xFFFE ? REPLACEMENT : c);
      }
    }
    return this;
  }

  private void asciiCharacter(char c) {
    switch (c) {
      case '<' -> raw(LESS);
      case '>' -> raw(GREATER);
      case '&' -> raw(AMPERSAND);
      // A reader would turn a bare one into a line feed.
      case '\r' -> raw(CARRIAGE_RETURN);
      case '\n', '\t' -> bytes[length++] = (byte) c;
      default -> {
        if (c < 0x20) {
          threeBytes(REPLACEMENT);
        } else {
          bytes[length++] = (byte) c;
        }
      }
    }
  }

  private void threeBytes(char c) {
    bytes[length++] = (byte) (0xE0 | (c >> 12));
    bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
    bytes[length++] = (byte) (0x80 | (c & 0x3F));
  }

  private void fourBytes(int codePoint) {
    bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
    bytes[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
    bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    bytes[length++] = (byte) (0x80 | (codePoint & 0x3F));
  }

  private XmlBuffer digits(int value, int width) {
    String text = Integer.toString(value);
    for (int i = text.length(); i < width; i++) {
      raw('0');
    }
    return ascii(text);
  }

  private XmlBuffer ascii(String text) {
    int end = text.length();
    reserve(end);
    for (int i = 0; i < end; i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
    return this;
  }

  private static String infinity(double value) {
    return value > 0 ? "INF" : "-INF";
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.addExact(Math.max(bytes.length * 2, length), count));
    }
  }
}
