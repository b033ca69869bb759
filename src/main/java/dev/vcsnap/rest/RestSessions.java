package dev.vcsnap.rest;

import dev.vcsnap.session.Credentials;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the two session paths have in common: opening, finding and describing sessions. */
final class RestSessions {

  /** The header that carries the session's id, and the cookie of older clients. */
  static final String SESSION_ID = "vmware-api-session-id";

  private final SessionService sessions;

  RestSessions(SessionService sessions) {
    this.sessions = sessions;
  }

  /**
   * Opens a session with the credentials of the request.
   *
   * @throws RestException UNAUTHENTICATED if they are missing or wrong
   */
  Session login(HttpServletRequest request) {
    String userAgent = Objects.requireNonNullElse(request.getHeader("User-Agent"), "");
    return Credentials.parse(request.getHeader("Authorization"))
        .flatMap(user ->
            sessions.login(
                user.userName(), user.password(), "en", request.getRemoteAddr(), userAgent))
        .orElseThrow(RestException::unauthenticated);
  }

  /**
   * The live session that the request names.
   *
   * @throws RestException UNAUTHENTICATED if there is none
   */
  Session current(HttpServletRequest request) {
    return idOf(request).flatMap(sessions::use).orElseThrow(RestException::unauthenticated);
  }

  void end(Session session) {
    sessions.end(session);
  }

  /** The id that the request carries, in the header or in the cookie; it may not be alive. */
  static Optional<String> idOf(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    Stream<String> fromCookies =
        cookies == null
            ? Stream.empty()
            : Arrays.stream(cookies)
                .filter(cookie -> cookie.getName().equals(SESSION_ID))
                .map(Cookie::getValue);
    return Stream.concat(Stream.ofNullable(request.getHeader(SESSION_ID)), fromCookies)
        .map(id -> id.replace("\"", "").strip())
        .filter(id -> !id.isEmpty())
        .findFirst();
  }

  /** The session as clients see it. */
  static Map<String, String> describe(Session session) {
    return Map.of(
        "user",
        session.userName(),
        "created_time",
        session.loginTime().truncatedTo(ChronoUnit.MILLIS).toString(),
        "last_accessed_time",
        session.lastActiveTime().truncatedTo(ChronoUnit.MILLIS).toString());
  }
}
