package dev.vcsnap.lease;

import java.util.Arrays;
import java.util.Locale;

/** Who may write to a running disk from outside. */
public enum DiskWrites {
  /** Whoever opens it. */
  ALWAYS,

  /** Who says so in the name. */
  ASKED,

  /** Nobody. */
  NEVER;

  /**
   * Reads a setting.
   *
   * @throws IllegalArgumentException that names the value and what was expected
   */
  static DiskWrites of(String setting) {
    return Arrays.stream(values())
        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(setting))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "vcsnap.nbd.writable is '%s'; expected always, asked or never".formatted(setting)));
  }
}
