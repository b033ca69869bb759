package dev.vcsnap.guest.simulated;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** A list of words, of which each may have a value behind an equals sign. */
final class Entries {

  private Entries() {}

  /**
   * Reads a list; of a word that comes twice the last one counts.
   *
   * @param separator what is between two entries
   * @param check refuses a word or its value, which is empty where there is none
   */
  static Map<String, String> parse(
      String text, String separator, BiConsumer<String, String> check) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String part : text.split(separator, -1)) {
      String entry = part.strip();
      if (!entry.isEmpty()) {
        int equals = entry.indexOf('=');
        String word = equals < 0 ? entry : entry.substring(0, equals).strip();
        String value = equals < 0 ? "" : entry.substring(equals + 1).strip();
        check.accept(word, value);
        entries.put(word, value);
      }
    }
    return entries;
  }
}
