package dev.vcsnap.history;

import java.util.List;
import java.util.function.Predicate;

/** Items in the order in which they came, each with a key that is higher than those before. */
public interface History<T> {

  /** The key of an item. */
  long keyOf(T item);

  /**
   * The oldest items that are newer than {@code key} and pass the filter, oldest first.
   *
   * @param max how many at most
   */
  List<T> after(long key, int max, Predicate<T> filter);

  /**
   * The newest items that are older than {@code key} and pass the filter, newest first.
   *
   * @param max how many at most
   */
  List<T> before(long key, int max, Predicate<T> filter);
}
