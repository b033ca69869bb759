package dev.vcsnap.disk.vmdk.sparse;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the tables of all open deltas may take together. Whoever loads a table beyond it
 * lets go some others of its own.
 */
public final class TableBudget {

  private final long maximumBytes;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param maximumBytes what all tables together should not exceed; changed tables stay whatever it
   *     says
   */
  public TableBudget(long maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  /** An eighth of the heap. */
  public static TableBudget ofHeap() {
    return new TableBudget(Runtime.getRuntime().maxMemory() / 8);
  }

  /** Memory that the tables of all open deltas take now. */
  public long usedBytes() {
    return used.get();
  }

  void charge(long bytes) {
    used.addAndGet(bytes);
  }

  long overdrawnBytes() {
    return used.get() - maximumBytes;
  }
}
