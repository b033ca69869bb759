package dev.vcsnap.vijson;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VimException;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/** Reads the values that are a single token, and says what is wrong with one and where it is. */
final class Scalars {

  private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private final JsonParser in;

  Scalars(JsonParser in) {
    this.in = in;
  }

  String readString() {
    require(JsonToken.VALUE_STRING, "a string");
    return in.getString();
  }

  boolean readBoolean() {
    return switch (in.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw expected("true or false");
    };
  }

  /** Reads an integer that lies within the bounds, both included. */
  long readInteger(String type, long min, long max) {
    require(JsonToken.VALUE_NUMBER_INT, "an integer");
    BigInteger value = in.getBigIntegerValue();
    if (value.compareTo(LONG_MIN) < 0
        || value.compareTo(LONG_MAX) > 0
        || value.longValueExact() < min
        || value.longValueExact() > max) {
      throw problem("The value " + value + " is out of the range of " + type);
    }
    return value.longValueExact();
  }

  float readFloat() {
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      return (float) readUnwritable();
    }
    requireNumber();
    // Not by way of double: rounded twice, a value can end up beside the one that was written.
    float value = in.getFloatValue();
    if (Float.isInfinite(value)) {
      throw problem("The value " + in.getString() + " is out of the range of float");
    }
    return value;
  }

  double readDouble() {
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      return readUnwritable();
    }
    requireNumber();
    double value = in.getDoubleValue();
    if (Double.isInfinite(value)) {
      throw problem("The value " + in.getString() + " is out of the range of double");
    }
    return value;
  }

  /** The three that JSON has no numbers for. */
  private double readUnwritable() {
    return switch (in.getString()) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw expected("a number");
    };
  }

  private void requireNumber() {
    if (!in.currentToken().isNumeric()) {
      throw expected("a number");
    }
  }

  /** Reads a time; one without a zone is UTC. */
  Instant readTime() {
    String text = readString();
    try {
      TemporalAccessor time =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, OffsetDateTime::from, LocalDateTime::from);
      return time instanceof OffsetDateTime zoned
          ? zoned.toInstant()
          : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw problem("'" + text + "' is not a time such as 2026-01-31T12:00:00Z");
    }
  }

  byte[] readBinary() {
    String text = readString();
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw problem("A binary value must be Base64: " + e.getMessage());
    }
  }

  /** Reads an array of bytes that came as one Base64 string, which is how Go clients write it. */
  List<Byte> readPackedBytes() {
    byte[] bytes = readBinary();
    List<Byte> items = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      items.add(b);
    }
    return items;
  }

  /** A fault that names the place which was read last, as a path and as line and column. */
  VimException problem(String text) {
    TokenStreamLocation at = in.currentTokenLocation();
    String path = in.streamReadContext().pathAsPointer().toString();
    return Faults.invalidRequest(
        text
            + " (at "
            + (path.isEmpty() ? "" : path + ", ")
            + "line "
            + at.getLineNr()
            + ", column "
            + at.getColumnNr()
            + ")");
  }

  private void require(JsonToken token, String expectation) {
    if (in.currentToken() != token) {
      throw expected(expectation);
    }
  }

  private VimException expected(String expectation) {
    String found =
        switch (in.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "\"" + shortened(in.getString()) + "\"";
          default -> shortened(in.getString());
        };
    return problem("Expected " + expectation + ", found " + found);
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }
}
