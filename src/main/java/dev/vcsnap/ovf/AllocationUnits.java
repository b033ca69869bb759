package dev.vcsnap.ovf;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Units of bytes as descriptors write them: {@code byte * 2^20}, or the words of older ones. */
final class AllocationUnits {

  private static final Pattern FORM = Pattern.compile("bytes?(?:\\s*\\*\\s*(2|10)\\^(\\d{1,2}))?");
  private static final int EXPONENT_MAX = 50;

  private static final Map<String, Long> WORDS =
      Map.of(
          "kilobytes", 1L << 10,
          "kb", 1L << 10,
          "megabytes", 1L << 20,
          "mb", 1L << 20,
          "gigabytes", 1L << 30,
          "gb", 1L << 30,
          "terabytes", 1L << 40,
          "tb", 1L << 40);

  private AllocationUnits() {}

  /** How many bytes a unit has; empty if it is none of bytes. */
  static OptionalLong bytesIn(String units) {
    String text = units.strip().toLowerCase(Locale.ROOT);
    if (WORDS.containsKey(text)) {
      return OptionalLong.of(WORDS.get(text));
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return OptionalLong.empty();
    }
    if (form.group(1) == null) {
      return OptionalLong.of(1);
    }
    int exponent = Integer.parseInt(form.group(2));
    if (form.group(1).equals("2")) {
      return exponent > EXPONENT_MAX ? OptionalLong.empty() : OptionalLong.of(1L << exponent);
    }
    return exponent > 15 ? OptionalLong.empty() : OptionalLong.of((long) Math.pow(10, exponent));
  }
}
