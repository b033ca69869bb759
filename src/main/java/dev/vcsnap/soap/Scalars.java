package dev.vcsnap.soap;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.TypeRef.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the text of simple values; a value that its type does not have is refused by name. */
final class Scalars {

  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,40}");
  private static final Pattern DECIMAL =
      Pattern.compile(
          "[+-]?([0-9]{1,400}(\\.[0-9]{0,400})?|\\.[0-9]{1,400})([eE][+-]?[0-9]{1,9})?");
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:(\\.[0-9]{1,9})[0-9]{0,20})?"
              + "(Z|[+-][0-9]{2}:[0-9]{2})?");
  private static final Pattern BLANK = Pattern.compile("[ \\t\\r\\n]+");
  private static final int QUOTED_MAX = 80;

  private Scalars() {}

  /**
   * The value of that text.
   *
   * @param element where it was found, for the fault's text
   */
  static Object parse(Kind kind, String text, String element) {
    String value = kind == Kind.STRING ? text : text.strip();
    try {
      return switch (kind) {
        case STRING -> value;
        case BOOLEAN -> bool(value);
        case BYTE -> Byte.parseByte(integer(value));
        case SHORT -> Short.parseShort(integer(value));
        case INT -> Integer.parseInt(integer(value));
        case LONG -> Long.parseLong(integer(value));
        case FLOAT -> (float) decimal(value);
        case DOUBLE -> decimal(value);
        case DATE_TIME -> time(value);
        case BINARY -> Base64.getDecoder().decode(BLANK.matcher(value).replaceAll(""));
        case ANY, REFERENCE, ENUM, DATA, VOID ->
            throw new IllegalStateException(kind + " is not a simple type");
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      throw Faults.invalidRequest(
          "The value \""
              + quoted(value)
              + "\" of \""
              + element
              + "\" is not a valid "
              + name(kind));
    }
  }

  /** The kind of a simple type by its name in XML Schema; null for any other name. */
  static @Nullable Kind kindOf(String schemaName) {
    return switch (schemaName) {
      case "string", "PropertyPath", "MethodName", "TypeName" -> Kind.STRING;
      case "boolean" -> Kind.BOOLEAN;
      case "byte" -> Kind.BYTE;
      case "short" -> Kind.SHORT;
      case "int" -> Kind.INT;
      case "long" -> Kind.LONG;
      case "float" -> Kind.FLOAT;
      case "double" -> Kind.DOUBLE;
      case "dateTime" -> Kind.DATE_TIME;
      case "base64Binary" -> Kind.BINARY;
      default -> null;
    };
  }

  /** The name of a simple type in XML Schema. */
  static String name(Kind kind) {
    return switch (kind) {
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case BYTE -> "byte";
      case SHORT -> "short";
      case INT -> "int";
      case LONG -> "long";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case DATE_TIME -> "dateTime";
      case BINARY -> "base64Binary";
      case ANY -> "anyType";
      case REFERENCE, ENUM, DATA, VOID ->
          throw new IllegalArgumentException(kind + " has no name in XML Schema");
    };
  }

  /** A value as a fault's text may repeat it. */
  static String quoted(String value) {
    return value.length() <= QUOTED_MAX ? value : value.substring(0, QUOTED_MAX) + "…";
  }

  private static boolean bool(String value) {
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  /** Java's own parsers take the digits of every script. */
  private static String integer(String value) {
    if (!INTEGER.matcher(value).matches()) {
      throw new NumberFormatException();
    }
    return value;
  }

  private static double decimal(String value) {
    return switch (value) {
      case "INF" -> Double.POSITIVE_INFINITY;
      case "-INF" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> {
        if (!DECIMAL.matcher(value).matches()) {
          throw new NumberFormatException();
        }
        yield Double.parseDouble(value);
      }
    };
  }

  /** A time without a zone counts as UTC; digits below the nanosecond are dropped. */
  private static Instant time(String value) {
    var matcher = TIME.matcher(value);
    if (!matcher.matches()) {
      throw new DateTimeException(value);
    }
    String fraction = matcher.group(1) == null ? "" : matcher.group(1);
    String zone = matcher.group(2);
    String local = value.substring(0, "0000-00-00T00:00:00".length()) + fraction;
    return zone == null
        ? LocalDateTime.parse(local).toInstant(ZoneOffset.UTC)
        : OffsetDateTime.parse(local + zone).toInstant();
  }
}
