package dev.vcsnap.session;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One login: the secret id that clients send back, and the facts that they may see about it. */
public final class Session {

  private final String id;
  private final String key;
  private final Account account;
  private final Instant loginTime;
  private volatile String locale;
  private final String ipAddress;
  private final String userAgent;
  private final AtomicLong callCount = new AtomicLong();
  private final AtomicInteger runningCalls = new AtomicInteger();
  private volatile Instant lastActiveTime;

  Session(
      String id,
      String key,
      Account account,
      Instant loginTime,
      String locale,
      String ipAddress,
      String userAgent) {
    this.id = id;
    this.key = key;
    this.account = account;
    this.loginTime = loginTime;
    this.locale = locale;
    this.ipAddress = ipAddress;
    this.userAgent = userAgent;
    this.lastActiveTime = loginTime;
  }

  /** The secret: 40 hexadecimal digits, the same in cookie and header. */
  public String id() {
    return id;
  }

  /** The public key of the session, a UUID. */
  public String key() {
    return key;
  }

  public String userName() {
    return account.userName();
  }

  /** Who logged in. */
  public Account account() {
    return account;
  }

  public Instant loginTime() {
    return loginTime;
  }

  public Instant lastActiveTime() {
    return lastActiveTime;
  }

  public long callCount() {
    return callCount.get();
  }

  public String locale() {
    return locale;
  }

  public String ipAddress() {
    return ipAddress;
  }

  public String userAgent() {
    return userAgent;
  }

  /** Sets the language that the client wishes for. */
  public void locale(String wanted) {
    locale = wanted;
  }

  boolean isInCall() {
    return runningCalls.get() > 0;
  }

  void callBegins() {
    runningCalls.incrementAndGet();
  }

  void callEnds(Instant now) {
    lastActiveTime = now;
    runningCalls.decrementAndGet();
  }

  void used(Instant now) {
    lastActiveTime = now;
    callCount.incrementAndGet();
  }

  @Override
  public String toString() {
    return "session " + key + " of " + account;
  }
}
