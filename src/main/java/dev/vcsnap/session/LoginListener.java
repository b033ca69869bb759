package dev.vcsnap.session;

/** Is told who logged in, and who could not; must return at once. */
public interface LoginListener {

  /** A session was opened. */
  void loggedIn(Session session);

  /** User name or password was wrong. */
  void refused(String userName, String ipAddress);
}
