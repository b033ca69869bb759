package dev.vcsnap.session;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Hands out tickets: secrets that stand for a session once, for one purpose and a short while.
 *
 * <p>Thread-safe.
 */
public final class Tickets {

  /** The oldest goes first; nobody needs so many in so short a time. */
  private static final int TICKETS_MAX = 10_000;

  private record Ticket(Session session, String purpose, Instant expires) {}

  private final SessionService sessions;
  private final Clock clock;
  private final Ids ids;
  private final Map<String, Ticket> byId = new LinkedHashMap<>();

  public Tickets(SessionService sessions, Clock clock, Ids ids) {
    this.sessions = sessions;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Makes a ticket.
   *
   * @param purpose what it is good for, to be named again where it is used
   * @param lifetime how long it is good
   * @return the secret
   */
  public String issue(Session session, String purpose, Duration lifetime) {
    String id = ids.hex(20);
    Instant now = clock.now();
    synchronized (byId) {
      byId.values().removeIf(ticket -> ticket.expires.isBefore(now));
      if (byId.size() >= TICKETS_MAX) {
        byId.remove(byId.keySet().iterator().next());
      }
      byId.put(id, new Ticket(session, purpose, now.plus(lifetime)));
    }
    return id;
  }

  /**
   * Takes a ticket; it is used up whatever comes of it.
   *
   * @return the session that it stands for, marked as used now; empty if there is no such ticket
   *     for that purpose any more, or if the session ended
   */
  public Optional<Session> redeem(String id, String purpose) {
    Ticket ticket;
    synchronized (byId) {
      ticket = byId.remove(id);
    }
    return ticket == null || !ticket.purpose.equals(purpose) || ticket.expires.isBefore(clock.now())
        ? Optional.empty()
        : sessions.use(ticket.session.id());
  }
}
