package dev.vcsnap.event;

import dev.vcsnap.session.LoginListener;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.BadUsernameSessionEvent;
import dev.vcsnap.vim.UserLoginSessionEvent;
import dev.vcsnap.vim.UserLogoutSessionEvent;

/** Logins, failed logins and the ends of sessions as events. */
final class SessionEvents implements LoginListener {

  private final EventService events;

  SessionEvents(EventService events) {
    this.events = events;
  }

  void listenTo(SessionService sessions) {
    sessions.onLogin(this);
    sessions.onEnd(this::ended);
  }

  @Override
  public void loggedIn(Session session) {
    var event = new UserLoginSessionEvent();
    event.userName = session.userName();
    event.ipAddress = session.ipAddress();
    event.userAgent = session.userAgent();
    event.locale = session.locale();
    event.sessionId = session.key();
    events.post(event);
  }

  @Override
  public void refused(String userName, String ipAddress) {
    var event = new BadUsernameSessionEvent();
    event.userName = userName;
    event.ipAddress = ipAddress;
    events.post(event);
  }

  private void ended(Session session) {
    var event = new UserLogoutSessionEvent();
    event.userName = session.userName();
    event.ipAddress = session.ipAddress();
    event.userAgent = session.userAgent();
    event.callCount = session.callCount();
    event.sessionId = session.key();
    event.loginTime = session.loginTime();
    events.post(event);
  }
}
