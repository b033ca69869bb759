package dev.vcsnap.browse;

import dev.vcsnap.session.Credentials;
import dev.vcsnap.session.PasswordSessions;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionCookie;
import dev.vcsnap.session.SessionService;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets in who has a session, by cookie or header, or sends a password with the request.
 *
 * <p>The answer to a password carries a session's cookie, since some clients send the password once
 * and then only what they got.
 */
final class Admission {

  private final SessionService sessions;
  private final PasswordSessions passwords;

  Admission(SessionService sessions, PasswordSessions passwords) {
    this.sessions = sessions;
    this.passwords = passwords;
  }

  /** Who asks; empty if that is nobody, and then the response says how to log in. */
  Optional<Session> sessionOf(HttpServletRequest request, HttpServletResponse response) {
    Optional<Session> open = openSession(request);
    if (open.isPresent()) {
      return open;
    }
    Optional<Session> session =
        Credentials.parse(request.getHeader("Authorization"))
            .flatMap(credentials ->
                passwords.use(
                    credentials,
                    request.getRemoteAddr(),
                    Objects.requireNonNullElse(request.getHeader("User-Agent"), "")));
    if (session.isEmpty()) {
      response.setHeader("WWW-Authenticate", "Basic realm=\"vcsnap\"");
      return session;
    }
    response.addHeader(
        "Set-Cookie", SessionCookie.setCookie(session.get().id(), request.isSecure()));
    return session;
  }

  private Optional<Session> openSession(HttpServletRequest request) {
    Stream<String> cookies =
        Collections.list(request.getHeaders("Cookie")).stream()
            .map(SessionCookie::idIn)
            .filter(Objects::nonNull);
    Stream<String> headers =
        Stream.ofNullable(request.getHeader("vmware-api-session-id"))
            .map(id -> id.replace("\"", "").strip());
    return Stream.concat(cookies, headers).flatMap(id -> sessions.use(id).stream()).findFirst();
  }
}
