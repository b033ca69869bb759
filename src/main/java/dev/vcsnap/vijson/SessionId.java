package dev.vcsnap.vijson;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the session that a request belongs to: in the JSON header, or in the SOAP cookie. */
final class SessionId {

  /** The header that carries the id both ways. */
  static final String HEADER = "vmware-api-session-id";

  private static final Pattern COOKIE =
      Pattern.compile("\\bvmware_soap_session\\s*=\\s*\"?([0-9A-Za-z-]+)");

  private SessionId() {}

  /** The id that the client sent, or null; whether it is alive is not asked. */
  static @Nullable String of(HttpServletRequest request) {
    String header = request.getHeader(HEADER);
    if (header != null && !header.isBlank()) {
      // Some clients pass on the JSON string of a login reply with its quotes.
      return header.strip().replace("\"", "");
    }
    for (String line : Collections.list(request.getHeaders("Cookie"))) {
      Matcher cookie = COOKIE.matcher(line);
      if (cookie.find()) {
        return cookie.group(1);
      }
    }
    return null;
  }
}
