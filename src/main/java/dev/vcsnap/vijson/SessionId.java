package dev.vcsnap.vijson;

import dev.vcsnap.session.SessionCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** Finds the session that a request belongs to: in the JSON header, or in the SOAP cookie. */
final class SessionId {

  /** The header that carries the id both ways. */
  static final String HEADER = "vmware-api-session-id";

  private SessionId() {}

  /** The id that the client sent, or null; whether it is alive is not asked. */
  static @Nullable String of(HttpServletRequest request) {
    String header = request.getHeader(HEADER);
    if (header != null && !header.isBlank()) {
      // Some clients pass on the JSON string of a login reply with its quotes.
      return header.strip().replace("\"", "");
    }
    for (String line : Collections.list(request.getHeaders("Cookie"))) {
      String id = SessionCookie.idIn(line);
      if (id != null) {
        return id;
      }
    }
    return null;
  }
}
