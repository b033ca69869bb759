package dev.vcsnap.inventory;

import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.UserSession;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows sessions to clients; the secret id never leaves. */
public final class SessionProjection {

  private final SessionService sessions;

  SessionProjection(SessionService sessions) {
    this.sessions = sessions;
  }

  /** The session as the interface describes it: what a login returns. */
  public static UserSession of(Session session) {
    var shown = new UserSession();
    shown.key = session.key();
    shown.userName = session.userName();
    shown.fullName = session.userName();
    shown.loginTime = session.loginTime();
    shown.lastActiveTime = session.lastActiveTime();
    shown.locale = session.locale();
    shown.messageLocale = session.locale();
    shown.ipAddress = session.ipAddress();
    shown.userAgent = session.userAgent();
    shown.callCount = session.callCount();
    return shown;
  }

  /** The reader's own session; unset before login. */
  @Nullable UserSession current(@Nullable String sessionId) {
    return sessionId == null
        ? null
        : sessions.find(sessionId).map(SessionProjection::of).orElse(null);
  }

  /** All live sessions, oldest first. */
  List<UserSession> all() {
    return sessions.all().stream()
        .sorted(Comparator.comparing(Session::loginTime).thenComparing(Session::key))
        .map(SessionProjection::of)
        .toList();
  }
}
