package dev.vcsnap.session;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives a client that sends its password with every request one session, not one a request, so that
 * the table of sessions does not fill.
 *
 * <p>Such a client is known by its user and address. Its session ends like any other, and the next
 * request opens a new one.
 */
public final class PasswordSessions {

  private record Client(String userName, String ipAddress) {

    static Client of(String userName, String ipAddress) {
      return new Client(userName.toLowerCase(Locale.ROOT), ipAddress);
    }
  }

  private final SessionService sessions;
  private final Map<Client, Session> byClient = new ConcurrentHashMap<>();

  public PasswordSessions(SessionService sessions) {
    this.sessions = sessions;
    sessions.onEnd(
        session -> byClient.remove(Client.of(session.userName(), session.ipAddress()), session));
  }

  /** The client's session, marked as used now; empty if user name or password is wrong. */
  public Optional<Session> use(Credentials credentials, String ipAddress, String userAgent) {
    if (!sessions.isValid(credentials.userName(), credentials.password())) {
      return Optional.empty();
    }
    Client client = Client.of(credentials.userName(), ipAddress);
    Session known = byClient.get(client);
    if (known != null) {
      Optional<Session> alive = sessions.use(known.id());
      if (alive.isPresent()) {
        return alive;
      }
      byClient.remove(client, known);
    }
    return sessions
        .login(credentials.userName(), credentials.password(), "en", ipAddress, userAgent)
        .map(opened -> shared(client, opened));
  }

  /** Of two first requests at the same time one opens the session that both use. */
  private Session shared(Client client, Session opened) {
    Session faster = byClient.putIfAbsent(client, opened);
    if (faster == null) {
      return opened;
    }
    sessions.end(opened);
    return faster;
  }
}
