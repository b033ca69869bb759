package dev.vcsnap.vijson;

import dev.vcsnap.vim.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The releases that a client offers to speak, in its order of preference.
 *
 * @param releases at least one
 */
record ReleaseOffer(List<String> releases) {

  /** The releases with VI/JSON, the newest first. */
  static final List<String> SERVED = List.of("8.0.3.0", "8.0.2.0", "8.0.1.0");

  private static final int RELEASES_MAX = 128;
  private static final int RELEASE_CHARS_MAX = 64;

  /** Reads {@code {"api_releases": [...]}}; empty if it is anything else or too long. */
  static Optional<ReleaseOffer> parse(byte[] body) {
    JsonNode list;
    try {
      list = JsonMapper.shared().readTree(body).path("api_releases");
    } catch (JacksonException e) {
      return Optional.empty();
    }
    List<String> releases = new ArrayList<>();
    for (JsonNode release : list) {
      if (!release.isString() || release.stringValue().length() > RELEASE_CHARS_MAX) {
        return Optional.empty();
      }
      releases.add(release.stringValue());
    }
    boolean bounded = !releases.isEmpty() && releases.size() <= RELEASES_MAX;
    return list.isArray() && bounded
        ? Optional.of(new ReleaseOffer(List.copyOf(releases)))
        : Optional.empty();
  }

  /**
   * The first one that is served; an empty string if there is none.
   *
   * @param newest the newest that the server speaks
   */
  String choice(Release newest) {
    return releases.stream()
        .filter(release -> SERVED.contains(release) && newest.includes(Release.parse(release)))
        .findFirst()
        .orElse("");
  }
}
