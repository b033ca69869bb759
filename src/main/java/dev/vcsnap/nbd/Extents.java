package dev.vcsnap.nbd;

import java.util.Arrays;

/** Consecutive parts of a disk, each with its length and its state; neighbours differ. */
final class Extents {

  /** More than this are not told at a time. */
  static final int MAX = 16 << 10;

  private static final int FIRST_ROOM = 16;

  private long[] lengths = new long[FIRST_ROOM];
  private int[] states = new int[FIRST_ROOM];
  private int count;

  int count() {
    return count;
  }

  long length(int index) {
    return lengths[index];
  }

  int state(int index) {
    return states[index];
  }

  /** Adds a part behind the last one; false when there was no room for it. */
  boolean add(long length, int state) {
    if (length == 0) {
      return true;
    }
    if (count > 0 && states[count - 1] == state) {
      lengths[count - 1] += length;
      return true;
    }
    if (count == MAX) {
      return false;
    }
    if (count == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * count);
      states = Arrays.copyOf(states, 2 * count);
    }
    lengths[count] = length;
    states[count] = state;
    count++;
    return true;
  }

  /** Keeps the first one alone. */
  Extents first() {
    count = Math.min(count, 1);
    return this;
  }
}
