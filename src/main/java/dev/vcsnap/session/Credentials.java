package dev.vcsnap.session;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user name and a password from an {@code Authorization: Basic} header.
 *
 * @param userName what stands before the first colon
 * @param password what follows it
 */
public record Credentials(String userName, String password) {

  private static final String SCHEME = "Basic ";

  /** Reads the header; empty if it is absent, of another scheme, or malformed. */
  public static Optional<Credentials> parse(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    String text;
    try {
      byte[] bytes = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
      text = new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int colon = text.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return userName;
  }
}
