package dev.vcsnap.soap;

import dev.vcsnap.vim.Release;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which version of the interface a client speaks: {@code urn:vim25/8.0.2.0}, in quotes or
 * not.
 *
 * <p>Clients that send nothing cope with anything and get the newest; yavijava first sends an empty
 * one and breaks on a member that is too new for it, so that gets the oldest. A version that is
 * newer than ours, or none at all, gets the newest.
 */
final class SoapAction {

  private static final String PREFIX = "urn:vim25/";

  private SoapAction() {}

  static Release release(@Nullable String header) {
    if (header == null) {
      return Release.NEWEST;
    }
    String action = header.strip().replace("\"", "").strip();
    if (action.isEmpty()) {
      return Release.OLDEST;
    }
    String version = action.startsWith(PREFIX) ? action.substring(PREFIX.length()) : "";
    if (version.isEmpty() || version.charAt(0) < '0' || version.charAt(0) > '9') {
      return Release.NEWEST;
    }
    Release asked = Release.parse(version);
    return Release.NEWEST.includes(asked) ? asked : Release.NEWEST;
  }
}
