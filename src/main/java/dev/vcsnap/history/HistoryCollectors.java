package dev.vcsnap.history;

import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The collectors of one kind, of all sessions.
 *
 * <p>A collector belongs to the session that made it and ends with it; to others it does not exist.
 */
public final class HistoryCollectors<T> {

  /** How many a session may have: what {@code maxCollector} says. */
  public static final int COLLECTORS_MAX = 32;

  /** The largest page, and the most that one read or query returns. */
  public static final int PAGE_MAX = 1_000;

  private static final int PAGE_DEFAULT = 10;

  private final String type;
  private final History<T> history;
  private final ObjectRegistry objects;
  private final SessionService sessions;
  private final Ids ids;
  private final Function<Session, Predicate<T>> visible;
  private final Map<String, Map<String, HistoryCollector<T>>> bySession = new ConcurrentHashMap<>();

  /**
   * Makes the table.
   *
   * @param type the managed type of the collectors, e.g. {@code EventHistoryCollector}
   * @param visible which items a session may see, asked anew for each read
   */
  public HistoryCollectors(
      String type,
      History<T> history,
      ObjectRegistry objects,
      SessionService sessions,
      Ids ids,
      Function<Session, Predicate<T>> visible) {
    this.visible = visible;
    this.type = type;
    this.history = history;
    this.objects = objects;
    this.sessions = sessions;
    this.ids = ids;
    sessions.onEnd(this::ended);
  }

  /**
   * Makes a collector.
   *
   * @param spec what the client asked for, shown as the property {@code filter}
   * @param filter the same as code
   * @param pageSize of the latest page; 0 for the default
   * @throws VimException InvalidState if the session has too many, or InvalidArgument for a page
   *     size that is not allowed
   */
  public ManagedObjectReference create(
      Session session, DataObject spec, Predicate<T> filter, int pageSize) {
    int size = requirePageSize(pageSize);
    var object = new ManagedObject(type, "session[" + session.key() + "]" + ids.uuid());
    var collector =
        new HistoryCollector<>(
            objects, history, () -> filter.and(visible.apply(session)), object, size);
    Map<String, HistoryCollector<T>> own =
        bySession.computeIfAbsent(session.id(), id -> new LinkedHashMap<>());
    synchronized (own) {
      if (own.size() >= COLLECTORS_MAX) {
        throw Faults.invalidState(
            "A session may have no more than " + COLLECTORS_MAX + " history collectors.");
      }
      own.put(object.id(), collector);
    }
    objects.change(tx -> tx.add(object).set(object, "filter", spec));
    collector.fill();
    if (sessions.find(session.id()).isEmpty()) {
      ended(session);
      throw Faults.notAuthenticated();
    }
    return object.reference();
  }

  /** Brings what is new or has changed into the latest pages. */
  public void changed(List<T> items) {
    for (Map<String, HistoryCollector<T>> own : bySession.values()) {
      List<HistoryCollector<T>> present;
      synchronized (own) {
        present = List.copyOf(own.values());
      }
      present.forEach(collector -> collector.changed(items));
    }
  }

  /** Reads on towards the newest item, oldest first; empty at the end. */
  public List<T> next(Session session, ManagedObjectReference collector, int maxCount) {
    return owned(session, collector).next(requireCount(maxCount));
  }

  /** Reads on towards the oldest item, newest first; empty at the end. */
  public List<T> previous(Session session, ManagedObjectReference collector, int maxCount) {
    return owned(session, collector).previous(requireCount(maxCount));
  }

  /** Goes before the oldest item. */
  public void rewind(Session session, ManagedObjectReference collector) {
    owned(session, collector).rewind();
  }

  /** Goes between the latest page and what is older. */
  public void reset(Session session, ManagedObjectReference collector) {
    owned(session, collector).reset();
  }

  /** Makes the latest page longer or shorter; 0 for the default. */
  public void pageSize(Session session, ManagedObjectReference collector, int maxCount) {
    owned(session, collector).pageSize(requirePageSize(maxCount));
  }

  /** Ends a collector. */
  public void destroy(Session session, ManagedObjectReference collector) {
    owned(session, collector);
    Map<String, HistoryCollector<T>> own = bySession.getOrDefault(session.id(), Map.of());
    synchronized (own) {
      own.remove(collector.value());
    }
    objects.change(tx -> tx.remove(collector));
  }

  private HistoryCollector<T> owned(Session session, ManagedObjectReference reference) {
    Map<String, HistoryCollector<T>> own = bySession.getOrDefault(session.id(), Map.of());
    synchronized (own) {
      HistoryCollector<T> collector = own.get(reference.value());
      if (collector == null) {
        throw Faults.notFound(reference);
      }
      return collector;
    }
  }

  private void ended(Session session) {
    Map<String, HistoryCollector<T>> own = bySession.remove(session.id());
    if (own == null) {
      return;
    }
    List<ManagedObjectReference> gone;
    synchronized (own) {
      gone = own.values().stream().map(collector -> collector.object().reference()).toList();
    }
    objects.change(tx -> gone.forEach(tx::remove));
  }

  private static int requirePageSize(int size) {
    if (size < 0 || size > PAGE_MAX) {
      throw Faults.invalidArgument("maxCount");
    }
    return size == 0 ? PAGE_DEFAULT : size;
  }

  /** More than a page holds is cut, so that a client that asks for everything reads on. */
  private static int requireCount(int maxCount) {
    if (maxCount <= 0) {
      throw Faults.invalidArgument("maxCount");
    }
    return Math.min(maxCount, PAGE_MAX);
  }
}
