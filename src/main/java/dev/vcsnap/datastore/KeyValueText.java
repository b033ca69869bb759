package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The line form that {@code .vmx} and {@code .vmsd} share.
 *
 * <pre>
 *   File    --&gt; Line*
 *   Line    --&gt; ( Comment | Pair | nothing ) LF        CR LF is read as well
 *   Comment --&gt; "#" anything
 *   Pair    --&gt; Key " = " Quote Value Quote
 *   Value   --&gt; ( character | Escape )*
 *   Escape  --&gt; "|" two hexadecimal digits             one byte; |22 is a quote, |7C a bar, |0D|0A a line break
 * </pre>
 *
 * <p>Exactly one blank on each side of the equals sign, always quotes: Xen Orchestra's reader takes
 * nothing else. Reading is more lenient: blanks may vary and quotes may be missing. The encoding is
 * named by the key {@code .encoding}; what is written is always UTF-8.
 */
final class KeyValueText {

  /** The most that a file of this form may hold, read or written. */
  static final int BYTES_MAX = 1 << 20;

  static final String ENCODING_KEY = ".encoding";

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final Pattern ENCODING =
      Pattern.compile("(?imd)^[ \\t]*\\.encoding[ \\t]*=[ \\t]*\"([^\"\\r\\n]{1,64})\"");

  private KeyValueText() {}

  /** One line: as it was written, and what it says if it is a pair. */
  record Line(String raw, @Nullable String key, String value) {

    static Line pair(String key, String value) {
      String escaped = escape(value);
      return new Line(key + " = \"" + escaped + "\"", key, unescape(escaped));
    }

    /** Bytes in the file, with the line end. */
    int sizeBytes() {
      return raw.getBytes(StandardCharsets.UTF_8).length + 1;
    }
  }

  /** A file's bytes as text, in the encoding that it names. */
  static String decode(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw tooLarge(bytes.length);
    }
    Matcher named = ENCODING.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    String name = named.find() ? named.group(1) : "UTF-8";
    CharsetDecoder decoder;
    try {
      decoder = Charset.forName(name).newDecoder();
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED, "The encoding \"" + name + "\" is not known", e);
    }
    try {
      return decoder
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new BlockError(
          BlockError.Kind.CORRUPT, "The text is not valid in its encoding " + name, e);
    }
  }

  /** The lines of a text, each checked. */
  static List<Line> parse(String text) {
    if (text.length() > BYTES_MAX) {
      throw tooLarge(text.length());
    }
    if (text.indexOf('\0') >= 0) {
      throw new BlockError(
          BlockError.Kind.NOT_THIS_FORMAT,
          "Not a text of key = \"value\" lines: it contains NUL characters");
    }
    List<Line> lines = new ArrayList<>();
    int start = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      int next = end < 0 ? text.length() : end + 1;
      int stop = end < 0 ? text.length() : end;
      while (stop > start && text.charAt(stop - 1) == '\r') {
        stop--;
      }
      lines.add(parseLine(text.substring(start, stop), lines.size() + 1));
      start = next;
    }
    return lines;
  }

  private static Line parseLine(String raw, int number) {
    String line = raw.strip();
    if (line.isEmpty() || line.startsWith("#")) {
      return new Line(raw, null, "");
    }
    int equals = line.indexOf('=');
    if (equals <= 0) {
      throw corrupt(number, line, "has no key and equals sign");
    }
    String key = line.substring(0, equals).strip();
    String rest = line.substring(equals + 1).strip();
    if (!rest.startsWith("\"")) {
      return new Line(raw, key, unescape(rest));
    }
    int close = rest.indexOf('"', 1);
    if (close < 0) {
      throw corrupt(number, line, "has no closing quote");
    }
    String after = rest.substring(close + 1).strip();
    if (!after.isEmpty() && !after.startsWith("#")) {
      throw corrupt(number, line, "goes on after the closing quote");
    }
    return new Line(raw, key, unescape(rest.substring(1, close)));
  }

  /** The file's content; the last line ends like the others. */
  static String text(List<Line> lines) {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(line.raw()).append('\n');
    }
    return text.toString();
  }

  /** The text as a file, refused when it could not be read again. */
  static byte[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > BYTES_MAX) {
      throw tooLarge(bytes.length);
    }
    return bytes;
  }

  /** Keys are the same whatever their case. */
  static String fold(String key) {
    return key.toLowerCase(Locale.ROOT);
  }

  /**
   * Writes a value so that it stays on its line and inside its quotes. Half a surrogate pair, which
   * no encoding can hold, becomes U+FFFD.
   */
  static String escape(String value) {
    StringBuilder escaped = new StringBuilder(value.length() + 8);
    value
        .codePoints()
        .forEach(c -> {
          if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            escaped.append('\uFFFD');
          } else if (needsEscape(c)) {
            for (byte part : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
              escaped.append(String.format("|%02X", part));
            }
          } else {
            escaped.appendCodePoint(c);
          }
        });
    return escaped.toString();
  }

  /** The three beyond ASCII are line ends to Python's readers. */
  private static boolean needsEscape(int c) {
    return c == '"'
        || c == '|'
        || (c < ' ' && c != '\t')
        || c == 0x7F
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /** Undoes {@link #escape}; a bar without two digits stands for itself. */
  static String unescape(String text) {
    if (text.indexOf('|') < 0) {
      return text;
    }
    StringBuilder value = new StringBuilder(text.length());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int at = 0;
    while (at < text.length()) {
      if (isEscape(text, at)) {
        bytes.write(HexFormat.fromHexDigits(text, at + 1, at + 3));
        at += 3;
        continue;
      }
      value.append(decodeEscaped(bytes));
      value.append(text.charAt(at++));
    }
    return value.append(decodeEscaped(bytes)).toString();
  }

  private static boolean isEscape(String text, int at) {
    return text.charAt(at) == '|'
        && at + 2 < text.length()
        && HexFormat.isHexDigit(text.charAt(at + 1))
        && HexFormat.isHexDigit(text.charAt(at + 2));
  }

  /**
   * Neighbouring escapes are the bytes of one text, in UTF-8 or, from old files, in a single-byte
   * encoding.
   */
  private static String decodeEscaped(ByteArrayOutputStream bytes) {
    if (bytes.size() == 0) {
      return "";
    }
    byte[] run = bytes.toByteArray();
    bytes.reset();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(run)).toString();
    } catch (CharacterCodingException e) {
      return new String(run, StandardCharsets.ISO_8859_1);
    }
  }

  private static BlockError corrupt(int number, String line, String problem) {
    String shown = line.length() > 80 ? line.substring(0, 80) + "..." : line;
    return new BlockError(
        BlockError.Kind.CORRUPT, "Line " + number + ", \"" + shown + "\", " + problem);
  }

  private static BlockError tooLarge(long size) {
    return new BlockError(
        BlockError.Kind.UNSUPPORTED,
        "The text has " + size + " bytes; at most " + BYTES_MAX + " are allowed");
  }
}
