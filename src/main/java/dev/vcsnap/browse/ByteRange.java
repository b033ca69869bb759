package dev.vcsnap.browse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a {@code Range} header asks for.
 *
 * <p>An end past the file's is cut to it, because several clients ask for more than there is. What
 * is malformed, or asks for several parts at once, counts as not asked.
 */
sealed interface ByteRange {

  /** The file from its first byte to its last. */
  record Whole() implements ByteRange {}

  /** At least one byte, all of them inside the file. */
  record Part(long offset, long length) implements ByteRange {

    String contentRange(long size) {
      return "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
    }
  }

  /** Not one of the bytes that were asked for is in the file. */
  record Outside() implements ByteRange {}

  /** One range and nothing else; the two ends may not both be missing. */
  Pattern FORM = Pattern.compile("(?i)\\s*bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*");

  static ByteRange of(@Nullable String header, long size) {
    Matcher form = FORM.matcher(header == null ? "" : header);
    if (!form.matches()) {
      return new Whole();
    }
    String first = form.group(1);
    String last = form.group(2);
    if (first.isEmpty()) {
      return last.isEmpty() ? new Whole() : suffix(number(last), size);
    }
    long offset = number(first);
    long end = last.isEmpty() ? Long.MAX_VALUE : number(last);
    if (end < offset) {
      return new Whole();
    }
    if (offset >= size) {
      return new Outside();
    }
    return new Part(offset, Math.min(end, size - 1) - offset + 1);
  }

  private static ByteRange suffix(long length, long size) {
    if (length == 0) {
      return new Outside();
    }
    long held = Math.min(length, size);
    return held == 0 ? new Whole() : new Part(size - held, held);
  }

  /** More digits than a long has mean a place past every file. */
  private static long number(String digits) {
    String significant = digits.replaceFirst("^0+(?=\\d)", "");
    return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
  }
}
