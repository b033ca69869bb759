package dev.vcsnap.guest.rpc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The variables {@code guestinfo.*} that a running guest has set, as long as it runs: a guest sees
 * its own, and where it has none the machine's configuration.
 */
final class GuestVariables {

  static final String PREFIX = "guestinfo.";

  private static final int KEYS_MAX = 256;
  private static final int KEY_CHARS_MAX = 256;
  private static final int CHARS_MAX = 1 << 20;

  private final Map<String, String> values = new HashMap<>();
  private int chars;

  /** Sets a variable; false if it is none, or there is no more room. */
  synchronized boolean set(String key, String value) {
    if (!key.startsWith(PREFIX) || key.length() > KEY_CHARS_MAX) {
      return false;
    }
    String old = values.get(key);
    int grown = chars + value.length() - (old == null ? -key.length() : old.length());
    if (grown > CHARS_MAX || (old == null && values.size() == KEYS_MAX)) {
      return false;
    }
    values.put(key, value);
    chars = grown;
    return true;
  }

  synchronized Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }
}
