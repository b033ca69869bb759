package dev.vcsnap.lease;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The leases that there are, and for a while those that ended; each ends with its session. */
final class Leases {

  /** How long a lease that ended can still be looked at. */
  private static final Duration READABLE_AFTER_END = Duration.ofMinutes(10);

  private final ObjectRegistry objects;
  private final Clock clock;
  private final Ids ids;
  private final LeaseLimits limits;
  private final Map<String, Lease> byId = new LinkedHashMap<>();
  private boolean closed;

  Leases(
      ObjectRegistry objects, SessionService sessions, Clock clock, Ids ids, LeaseLimits limits) {
    this.objects = objects;
    this.clock = clock;
    this.ids = ids;
    this.limits = limits;
    sessions.onEnd(this::endOf);
  }

  /**
   * Adds a lease and shows it.
   *
   * @throws dev.vcsnap.vim.VimException InvalidState if there are too many
   */
  Lease add(ManagedObjectReference about, LeaseKind kind, LeaseRequest request) {
    Session session = request.session();
    String ticket = ids.uuid().toString();
    var terms =
        new LeaseTerms(
            about,
            session,
            kind,
            ticket,
            request.serverAddress() + "/nfc/" + ticket + "/",
            limits.sslThumbprint(),
            limits.timeout());
    var object = new ManagedObject("HttpNfcLease", "session[" + session.key() + "]" + ids.uuid());
    var lease = new Lease(new LeaseView(objects, object.about(about)), clock, terms);
    synchronized (byId) {
      if (closed) {
        throw Faults.invalidState("The server stops.");
      }
      forgetOld();
      if (byId.values().stream().filter(other -> other.endedAt().isEmpty()).count()
          >= limits.leasesMax()) {
        throw Faults.invalidState(
            "There are %d leases already, which is the most.".formatted(limits.leasesMax()));
      }
      byId.put(object.id(), lease);
    }
    lease.show();
    return lease;
  }

  /** Those that ended long ago, and the oldest of those that ended if there are very many. */
  private void forgetOld() {
    Instant since = clock.now().minus(READABLE_AFTER_END);
    List<Lease> old =
        byId.values().stream()
            .filter(lease -> lease.endedAt().isPresent())
            .filter(lease -> lease.endedAt().orElseThrow().isBefore(since))
            .toList();
    old.forEach(this::forget);
    byId.values().stream()
        .filter(lease -> lease.endedAt().isPresent())
        .limit(Math.max(0, byId.size() - 2L * limits.leasesMax()))
        .toList()
        .forEach(this::forget);
  }

  void forget(Lease lease) {
    synchronized (byId) {
      byId.remove(lease.reference().value());
    }
    objects.change(tx -> tx.remove(lease.reference()));
  }

  /**
   * The lease behind an object.
   *
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound for one that was forgotten
   */
  Lease require(ManagedObject object) {
    synchronized (byId) {
      Lease lease = byId.get(object.id());
      if (lease == null) {
        throw Faults.notFound(object.reference());
      }
      return lease;
    }
  }

  /** The file behind an address; empty if there is none, or none any more. */
  Optional<LeasedFile> file(String ticket, String name) {
    Optional<Lease> found;
    synchronized (byId) {
      found =
          byId.values().stream().filter(lease -> lease.terms().ticket().equals(ticket)).findFirst();
    }
    return found.flatMap(lease -> lease.file(name));
  }

  private void endOf(Session session) {
    List<Lease> orphans;
    synchronized (byId) {
      orphans = byId.values().stream().filter(lease -> lease.isOf(session)).toList();
    }
    orphans.forEach(lease -> lease.fail(LeaseFaults.canceled("The session of the lease ended.")));
  }

  /** Ends all leases, and gives no more. */
  void endAll() {
    List<Lease> all;
    synchronized (byId) {
      closed = true;
      all = List.copyOf(byId.values());
    }
    all.forEach(lease -> lease.fail(LeaseFaults.canceled("The server stops.")));
  }
}
