package dev.vcsnap.history;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One collector: its latest page, which follows what happens, and a place in the history from which
 * it reads on.
 *
 * <p>The place lies between two items; a new collector stands before the oldest.
 */
final class HistoryCollector<T> {

  private static final String PAGE = "latestPage";

  private final ObjectRegistry objects;
  private final History<T> history;
  private final Supplier<Predicate<T>> filter;
  private final ManagedObject object;
  private int pageSize;

  /** Newest first. */
  private List<T> page = List.of();

  /** Items with a lower key lie behind, the others ahead. */
  private long place = Long.MIN_VALUE;

  /**
   * @param filter makes what an item must pass, for one read
   */
  HistoryCollector(
      ObjectRegistry objects,
      History<T> history,
      Supplier<Predicate<T>> filter,
      ManagedObject object,
      int pageSize) {
    this.objects = objects;
    this.history = history;
    this.filter = filter;
    this.object = object;
    this.pageSize = pageSize;
  }

  ManagedObject object() {
    return object;
  }

  synchronized void pageSize(int size) {
    pageSize = size;
    fill();
  }

  /** Reads the latest page anew. */
  synchronized void fill() {
    show(history.before(Long.MAX_VALUE, pageSize, filter.get()));
  }

  /** Takes what is new or has changed into the latest page. */
  synchronized void changed(List<T> items) {
    List<T> next = new ArrayList<>(page);
    Predicate<T> passes = filter.get();
    boolean differs = false;
    for (T item : items) {
      long key = history.keyOf(item);
      differs |= next.removeIf(other -> history.keyOf(other) == key);
      if (passes.test(item)) {
        int at = 0;
        while (at < next.size() && history.keyOf(next.get(at)) > key) {
          at++;
        }
        if (at < pageSize) {
          next.add(at, item);
          differs = true;
        }
      }
    }
    if (differs) {
      show(next.size() > pageSize ? next.subList(0, pageSize) : next);
    }
  }

  synchronized List<T> next(int max) {
    List<T> read = history.after(place == Long.MIN_VALUE ? place : place - 1, max, filter.get());
    if (!read.isEmpty()) {
      place = history.keyOf(read.getLast()) + 1;
    }
    return read;
  }

  synchronized List<T> previous(int max) {
    List<T> read = history.before(place, max, filter.get());
    if (!read.isEmpty()) {
      place = history.keyOf(read.getLast());
    }
    return read;
  }

  /** Goes before the oldest item. */
  synchronized void rewind() {
    place = Long.MIN_VALUE;
  }

  /** Goes between the latest page and what is older. */
  synchronized void reset() {
    place = page.isEmpty() ? Long.MAX_VALUE : history.keyOf(page.getLast());
  }

  private void show(List<T> items) {
    page = List.copyOf(items);
    objects.change(tx -> tx.set(object, PAGE, page));
  }
}
