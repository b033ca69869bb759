package dev.vcsnap.call;

import dev.vcsnap.session.Session;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.Release;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a call: who calls, from where, and which version of the interface the answer is
 * for.
 */
public final class CallContext {

  private final Release release;
  private final String ipAddress;
  private final String userAgent;
  private @Nullable Session session;
  private @Nullable Session issued;
  private String serverAddress = "https://*";

  public CallContext(
      @Nullable Session session, Release release, String ipAddress, String userAgent) {
    this.session = session;
    this.release = release;
    this.ipAddress = ipAddress;
    this.userAgent = userAgent;
  }

  /** The version of the interface that the client speaks; replies are trimmed to it. */
  public Release release() {
    return release;
  }

  public String ipAddress() {
    return ipAddress;
  }

  public String userAgent() {
    return userAgent;
  }

  /** Notes how the caller reached the server, e.g. {@code https://vc.example:8989}. */
  public CallContext reachedAt(String address) {
    serverAddress = address;
    return this;
  }

  /**
   * How the caller reaches the server. A star stands for the host where that is not known; clients
   * put the one that they called in its place.
   */
  public String serverAddress() {
    return serverAddress;
  }

  /** The caller's session, or null before login. */
  public @Nullable Session session() {
    return session;
  }

  /** The caller's session id, or null before login. */
  public @Nullable String sessionId() {
    return session == null ? null : session.id();
  }

  /** The caller's session, where the method table has made sure that there is one. */
  public Session requireSession() {
    if (session == null) {
      throw Faults.notAuthenticated();
    }
    return session;
  }

  /** Logs the caller in: the binding hands the session's id to the client. */
  public void issue(Session newSession) {
    session = newSession;
    issued = newSession;
  }

  /** Forgets the session after a logout. */
  public void drop() {
    session = null;
  }

  /** The session that this call opened, or null. */
  public @Nullable Session issuedSession() {
    return issued;
  }
}
