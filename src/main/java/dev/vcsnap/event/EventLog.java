package dev.vcsnap.event;

import dev.vcsnap.history.History;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventFilterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All events: the newest in memory, from which adding one drops the oldest once there are too many,
 * and what came before in an archive that is asked only where memory does not reach.
 *
 * <p>Read without a lock while others add.
 */
public final class EventLog implements History<Event> {

  private static final EventFilter EVERYTHING =
      new EventFilter(new EventFilterSpec(), event -> true);

  private final EventArchive archive;
  private final int eventsMax;
  private final NavigableMap<Long, Event> byKey = new ConcurrentSkipListMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Makes a log that begins with nothing and keeps only what memory holds. */
  public EventLog(int eventsMax) {
    this(EventArchive.none(), eventsMax);
  }

  /**
   * Makes a log.
   *
   * @param eventsMax how many events memory holds, at least 1
   */
  public EventLog(EventArchive archive, int eventsMax) {
    if (eventsMax < 1) {
      throw new IllegalArgumentException("A log of " + eventsMax + " events holds none");
    }
    this.archive = archive;
    this.eventsMax = eventsMax;
  }

  /** Adds an event whose key is higher than all before. */
  void add(Event event) {
    archive.note(event);
    byKey.put((long) event.key, event);
    if (count.incrementAndGet() > eventsMax && byKey.pollFirstEntry() != null) {
      count.decrementAndGet();
    }
  }

  @Nullable Event latest() {
    List<Event> last = before(Long.MAX_VALUE, 1, EVERYTHING);
    return last.isEmpty() ? null : last.getFirst();
  }

  /** The newest event in memory that passes the filter, or null. */
  @Nullable Event latest(Predicate<Event> filter) {
    List<Event> found = read(byKey.descendingMap(), 1, filter);
    return found.isEmpty() ? null : found.getFirst();
  }

  @Override
  public long keyOf(Event event) {
    return event.key;
  }

  @Override
  public List<Event> after(long key, int max, Predicate<Event> filter) {
    List<Event> found = new ArrayList<>();
    if (firstInMemory() > key + 1) {
      found.addAll(archive.after(key, max, asFilter(filter)));
    }
    long last = found.isEmpty() ? key : found.getLast().key;
    read(byKey.tailMap(last, false), max - found.size(), filter).forEach(found::add);
    return found;
  }

  @Override
  public List<Event> before(long key, int max, Predicate<Event> filter) {
    List<Event> found =
        new ArrayList<>(read(byKey.headMap(key, false).descendingMap(), max, filter));
    if (found.size() < max) {
      long reached = Math.min(key, firstInMemory());
      long last = found.isEmpty() ? reached : Math.min(reached, found.getLast().key);
      found.addAll(archive.before(last, max - found.size(), asFilter(filter)));
    }
    return found;
  }

  private long firstInMemory() {
    var first = byKey.firstEntry();
    return first == null ? Long.MAX_VALUE : first.getKey();
  }

  private static EventFilter asFilter(Predicate<Event> filter) {
    return filter instanceof EventFilter known
        ? known
        : new EventFilter(new EventFilterSpec(), filter);
  }

  private static List<Event> read(
      NavigableMap<Long, Event> events, int max, Predicate<Event> filter) {
    return events.values().stream().filter(filter).limit(max).toList();
  }
}
