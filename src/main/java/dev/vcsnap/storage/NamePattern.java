package dev.vcsnap.storage;

import java.util.Locale;

/** A file name with wildcards: {@code *} for any characters, {@code ?} for one. */
final class NamePattern {

  private final String pattern;
  private final boolean ignoreCase;

  NamePattern(String pattern, boolean ignoreCase) {
    this.pattern = ignoreCase ? pattern.toLowerCase(Locale.ROOT) : pattern;
    this.ignoreCase = ignoreCase;
  }

  /** In time that grows with the name's length times the pattern's, whatever they are. */
  boolean matches(String fileName) {
    String name = ignoreCase ? fileName.toLowerCase(Locale.ROOT) : fileName;
    int at = 0;
    int in = 0;
    int star = -1;
    int resume = 0;
    while (at < name.length()) {
      char wanted = in < pattern.length() ? pattern.charAt(in) : 0;
      if (in < pattern.length() && wanted == '*') {
        star = in++;
        resume = at;
      } else if (in < pattern.length() && (wanted == '?' || wanted == name.charAt(at))) {
        in++;
        at++;
      } else if (star >= 0) {
        in = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (in < pattern.length() && pattern.charAt(in) == '*') {
      in++;
    }
    return in == pattern.length();
  }
}
