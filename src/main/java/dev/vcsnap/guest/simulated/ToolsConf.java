package dev.vcsnap.guest.simulated;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The group {@code [vmbackup]} of a simulated guest's tools.conf (rule A47): {@code key=value}
 * between semicolons.
 *
 * <p>All of its keys are known. Of them {@code execScripts}, {@code scriptArg}, {@code
 * quiesceApps}, {@code quiesceFS}, {@code allowHWProvider} and {@code vssUseDefault} speak of what
 * an older host's {@code vmbackup.start} leaves open, so they change nothing here; neither does
 * {@code enableNVMe}.
 *
 * @param entries what is said, by key
 */
record ToolsConf(Map<String, String> entries) {

  /** Where nothing is said. */
  static final ToolsConf EMPTY = new ToolsConf(Map.of());

  private static final int TEXT_MAX = 2000;

  private static final Set<String> FLAGS =
      Set.of(
          "enableSyncDriver",
          "enableVSS",
          "enableNullDriver",
          "vss.disableAppQuiescing",
          "ignoreFrozenFileSystems",
          "execScripts",
          "quiesceApps",
          "quiesceFS",
          "allowHWProvider",
          "vssUseDefault",
          "forceQuiesce",
          "enableXmlManifest",
          "enableNVMe");

  /**
   * Reads it; an empty text says nothing.
   *
   * @throws IllegalArgumentException naming what was not understood
   */
  static ToolsConf parse(String text) {
    if (text.length() > TEXT_MAX) {
      throw new IllegalArgumentException(
          "a tools.conf has at most " + TEXT_MAX + " characters here, this one " + text.length());
    }
    return new ToolsConf(Entries.parse(text, ";", ToolsConf::check));
  }

  private static void check(String key, String value) {
    boolean good =
        switch (key) {
          case "excludedFileSystems", "scriptArg" -> true;
          case "timeout" -> value.matches("[0-9]{1,9}");
          default -> {
            if (!FLAGS.contains(key)) {
              throw new IllegalArgumentException("'" + key + "' is no key of [vmbackup]");
            }
            yield value.equals("true") || value.equals("false");
          }
        };
    if (!good) {
      throw new IllegalArgumentException("'" + value + "' is no value of '" + key + "'");
    }
  }

  boolean flag(String key, boolean otherwise) {
    return Optional.ofNullable(entries.get(key)).map(Boolean::valueOf).orElse(otherwise);
  }

  /** The file systems that are not to be frozen, as patterns. */
  List<String> excludedFileSystems() {
    return Arrays.stream(entries.getOrDefault("excludedFileSystems", "").split(",", -1))
        .filter(pattern -> !pattern.isEmpty())
        .toList();
  }

  /** The guest's own limit where the host names none (rule A37); zero for none at all. */
  Optional<Duration> timeout() {
    return Optional.ofNullable(entries.get("timeout")).map(Long::valueOf).map(Duration::ofSeconds);
  }
}
