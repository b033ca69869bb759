package dev.vcsnap.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets in who has a session, by cookie or header, a ticket for the request, or sends a password
 * with it.
 *
 * <p>The answer to a password carries a session's cookie, since some clients send the password once
 * and then only what they got.
 */
public final class Admission {

  private final SessionService sessions;
  private final PasswordSessions passwords;
  private final Tickets tickets;

  public Admission(SessionService sessions, PasswordSessions passwords, Tickets tickets) {
    this.sessions = sessions;
    this.tickets = tickets;
    this.passwords = passwords;
  }

  /** Who asks; empty if that is nobody, and then the response says how to log in. */
  public Optional<Session> sessionOf(HttpServletRequest request, HttpServletResponse response) {
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
    List<String> lines = Collections.list(request.getHeaders("Cookie"));
    Stream<String> cookies = lines.stream().map(SessionCookie::idIn).filter(Objects::nonNull);
    Stream<String> headers =
        Stream.ofNullable(request.getHeader("vmware-api-session-id"))
            .map(id -> id.replace("\"", "").strip());
    return Stream.concat(cookies, headers)
        .flatMap(id -> sessions.use(id).stream())
        .findFirst()
        .or(() -> byTicket(lines, request));
  }

  /** A ticket is good for the one request that it was made for. */
  private Optional<Session> byTicket(List<String> cookies, HttpServletRequest request) {
    String purpose =
        HttpTicket.purposeOf(
            request.getMethod(), request.getRequestURI(), request.getQueryString());
    return cookies.stream()
        .map(SessionCookie::ticketIn)
        .filter(Objects::nonNull)
        .flatMap(ticket -> tickets.redeem(ticket, purpose).stream())
        .findFirst();
  }
}
