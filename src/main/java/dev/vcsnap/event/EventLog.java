package dev.vcsnap.event;

import dev.vcsnap.history.History;
import dev.vcsnap.vim.Event;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The newest events, in memory: adding one drops the oldest once there are too many.
 *
 * <p>Read without a lock while others add.
 */
public final class EventLog implements History<Event> {

  private final int eventsMax;
  private final NavigableMap<Long, Event> byKey = new ConcurrentSkipListMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Makes an empty log.
   *
   * @param eventsMax how many events it holds, at least 1
   */
  public EventLog(int eventsMax) {
    if (eventsMax < 1) {
      throw new IllegalArgumentException("A log of " + eventsMax + " events holds none");
    }
    this.eventsMax = eventsMax;
  }

  /** Adds an event whose key is higher than all before. */
  void add(Event event) {
    byKey.put((long) event.key, event);
    if (count.incrementAndGet() > eventsMax && byKey.pollFirstEntry() != null) {
      count.decrementAndGet();
    }
  }

  @Nullable Event latest() {
    var last = byKey.lastEntry();
    return last == null ? null : last.getValue();
  }

  @Override
  public long keyOf(Event event) {
    return event.key;
  }

  @Override
  public List<Event> after(long key, int max, Predicate<Event> filter) {
    return read(byKey.tailMap(key, false), max, filter);
  }

  @Override
  public List<Event> before(long key, int max, Predicate<Event> filter) {
    return read(byKey.headMap(key, false).descendingMap(), max, filter);
  }

  private static List<Event> read(
      NavigableMap<Long, Event> events, int max, Predicate<Event> filter) {
    Stream<Event> matching = events.values().stream().filter(filter);
    return matching.limit(max).toList();
  }
}
