package dev.vcsnap.admin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a request belong, as its {@code Content-Range} says.
 *
 * @param offset in bytes from the disk's first
 * @param length in bytes, at least 1
 */
record ContentRange(long offset, long length) {

  private static final Pattern FORM =
      Pattern.compile("(?i)bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  /**
   * Reads the header; without one the bytes are the whole disk's.
   *
   * @param size of the disk, in bytes
   * @param announced the length of the request's body in bytes, or -1
   * @throws Refusal 400 for what makes no sense, leaves the disk, or contradicts the length
   */
  static ContentRange of(@Nullable String header, long size, long announced) {
    ContentRange range = header == null ? new ContentRange(0, size) : parse(header, size);
    if (announced >= 0 && announced != range.length) {
      throw Refusal.invalid(
          "The body has %d bytes; %s needs %d"
              .formatted(
                  announced,
                  header == null
                      ? "the whole disk, which is written without a Content-Range,"
                      : "the Content-Range '" + header + "'",
                  range.length));
    }
    return range;
  }

  private static ContentRange parse(String header, long size) {
    Matcher form = FORM.matcher(header.strip());
    if (!form.matches()) {
      throw Refusal.invalid(
          "The Content-Range '%s' is not understood; expected e.g. 'bytes 0-511/%d' or 'bytes 0-511/*'"
              .formatted(header, size));
    }
    long first = Long.parseLong(form.group(1));
    long last = Long.parseLong(form.group(2));
    boolean otherSize = !form.group(3).equals("*") && Long.parseLong(form.group(3)) != size;
    if (last < first || last >= size || otherSize) {
      throw Refusal.invalid(
          "The Content-Range '%s' is not in the disk, whose bytes are 0-%d/%d"
              .formatted(header, size - 1, size));
    }
    return new ContentRange(first, last - first + 1);
  }
}
