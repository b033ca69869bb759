package dev.vcsnap.cli.demo;

import java.time.Duration;
import java.util.Locale;

/** Writes sizes and times the way that people read them. */
final class Quantity {

  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private Quantity() {}

  /** Such as {@code 512 B}, {@code 1.2 MiB}, {@code 24 MiB}. */
  static String bytes(long count) {
    if (count < 1024) {
      return count + " B";
    }
    double value = count / 1024.0;
    int unit = 0;
    while (value >= 1023.5 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String number = String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value);
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
        + " "
        + UNITS[unit];
  }

  /** Such as {@code 1,234}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Such as {@code 3 ms}, {@code 1.4 s}. */
  static String time(Duration duration) {
    long millis = duration.toMillis();
    return millis < 1000
        ? Math.max(1, millis) + " ms"
        : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }
}
