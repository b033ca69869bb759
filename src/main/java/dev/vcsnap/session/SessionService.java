package dev.vcsnap.session;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logs users in and out; a session that is idle for longer than the limit is gone. */
public final class SessionService {

  private static final int SESSIONS_MAX = 10_000;

  /** What is told of a name that nobody has; it may be as long as a request. */
  private static final int REFUSED_NAME_CHARS_MAX = 256;

  private final Clock clock;
  private final Ids ids;
  private final Accounts accounts;
  private final Duration idleLimit;
  private final Duration refusalDelay;
  private final Map<String, Session> byId = new ConcurrentHashMap<>();
  private final List<LoginListener> loginListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<Session>> endListeners = new CopyOnWriteArrayList<>();

  /** Makes the service, with no delay of refusals. */
  public SessionService(Clock clock, Ids ids, List<Account> accounts, Duration idleLimit) {
    this(clock, ids, accounts, idleLimit, Duration.ZERO);
  }

  /**
   * Makes the service.
   *
   * @param idleLimit how long an unused session lives
   * @param refusalDelay how long it takes to learn that a password is wrong (rule E3, assumed); the
   *     caller's thread waits
   */
  public SessionService(
      Clock clock, Ids ids, List<Account> accounts, Duration idleLimit, Duration refusalDelay) {
    this.clock = clock;
    this.ids = ids;
    this.accounts = new Accounts(accounts);
    this.idleLimit = idleLimit;
    this.refusalDelay = refusalDelay;
  }

  /** Opens a session; empty if user name or password is wrong. */
  public Optional<Session> login(
      String userName, String password, String locale, String ipAddress, String userAgent) {
    Account account = accounts.verify(userName, password).orElse(null);
    if (account == null) {
      String shown = userName.substring(0, Math.min(userName.length(), REFUSED_NAME_CHARS_MAX));
      loginListeners.forEach(listener -> listener.refused(shown, ipAddress));
      delayRefusal();
      return Optional.empty();
    }
    return Optional.of(open(account, locale, ipAddress, userAgent));
  }

  /** Opens another session of the same user. */
  public Session cloned(Session session, String ipAddress, String userAgent) {
    return open(session.account(), session.locale(), ipAddress, userAgent);
  }

  private Session open(Account account, String locale, String ipAddress, String userAgent) {
    endIdle();
    if (byId.size() >= SESSIONS_MAX) {
      byId.values().stream()
          .min(Comparator.comparing(Session::lastActiveTime))
          .ifPresent(this::end);
    }
    var session =
        new Session(
            ids.hex(20), ids.uuid().toString(), account, clock.now(), locale, ipAddress, userAgent);
    byId.put(session.id(), session);
    loginListeners.forEach(listener -> listener.loggedIn(session));
    return session;
  }

  private void delayRefusal() {
    if (refusalDelay.isPositive()) {
      try {
        clock.sleep(refusalDelay);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * A session that nobody can name and nobody sees, for work that the server does on a user's
   * behalf; empty if there is no such user any more.
   */
  public Optional<Session> unlisted(String userName) {
    return accounts
        .find(userName)
        .map(account ->
            new Session(
                ids.hex(20), ids.uuid().toString(), account, clock.now(), "en", "127.0.0.1", ""));
  }

  /** True if such an account exists with that password; takes the same time for either answer. */
  public boolean isValid(String userName, String password) {
    boolean valid = accounts.verify(userName, password).isPresent();
    if (!valid) {
      delayRefusal();
    }
    return valid;
  }

  /** Who may log in. */
  public Accounts accounts() {
    return accounts;
  }

  /** The live session of that id, marked as used now. */
  public Optional<Session> use(String id) {
    Session session = byId.get(id);
    if (session == null) {
      return Optional.empty();
    }
    Instant now = clock.now();
    if (isIdle(session, now)) {
      end(session);
      return Optional.empty();
    }
    session.used(now);
    return Optional.of(session);
  }

  /**
   * Runs a call of a session, which is not idle meanwhile, however long the call waits for
   * something.
   */
  public <T extends @Nullable Object> T during(Session session, Supplier<T> call) {
    session.callBegins();
    try {
      return call.get();
    } finally {
      session.callEnds(clock.now());
    }
  }

  /** The live session of that id, without marking it as used. */
  public Optional<Session> find(String id) {
    return Optional.ofNullable(byId.get(id)).filter(session -> !isIdle(session, clock.now()));
  }

  /** The live sessions. */
  public Collection<Session> all() {
    endIdle();
    return List.copyOf(byId.values());
  }

  /** Ends a session; what hangs on it goes with it. */
  public void end(Session session) {
    if (byId.remove(session.id(), session)) {
      endListeners.forEach(listener -> listener.accept(session));
    }
  }

  /** Registers for logins. */
  public void onLogin(LoginListener listener) {
    loginListeners.add(listener);
  }

  /** Registers for the end of sessions. */
  public void onEnd(Consumer<Session> listener) {
    endListeners.add(listener);
  }

  private void endIdle() {
    Instant now = clock.now();
    byId.values().stream().filter(session -> isIdle(session, now)).toList().forEach(this::end);
  }

  private boolean isIdle(Session session, Instant now) {
    return !session.isInCall() && session.lastActiveTime().plus(idleLimit).isBefore(now);
  }
}
