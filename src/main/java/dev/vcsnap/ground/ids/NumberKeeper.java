package dev.vcsnap.ground.ids;

import java.util.HashMap;
import java.util.Map;

/** Remembers, beyond the server's life, which numbers of a series may have been given. */
public interface NumberKeeper {

  /**
   * Sets numbers aside before any of them is given; what is set aside survives a kill.
   *
   * @param series the name of the series
   * @param least the smallest number that may be set aside
   * @param count how many
   * @return the first of {@code count} numbers that were never set aside before
   */
  long reserve(String series, long least, int count);

  /** Takes back all numbers from {@code unused} on: the last reserved ones, none of them given. */
  void giveBack(String series, long unused);

  /** Remembers for as long as the object lives. */
  static NumberKeeper inMemory() {
    Map<String, Long> unreserved = new HashMap<>();
    return new NumberKeeper() {
      @Override
      public synchronized long reserve(String series, long least, int count) {
        long first = Math.max(least, unreserved.getOrDefault(series, least));
        unreserved.put(series, first + count);
        return first;
      }

      @Override
      public synchronized void giveBack(String series, long unused) {
        unreserved.put(series, unused);
      }
    };
  }
}
