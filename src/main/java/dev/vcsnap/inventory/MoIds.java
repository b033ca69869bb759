package dev.vcsnap.inventory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers the inventory's objects as a vCenter does: one counter for all types, so that no two ids
 * end alike.
 */
public final class MoIds {

  private final AtomicInteger last;

  MoIds(int last) {
    this.last = new AtomicInteger(last);
  }

  /** The next id of a kind, e.g. {@code vm-62} for {@code vm}. */
  public String next(String kind) {
    return kind + "-" + last.incrementAndGet();
  }

  /** Takes note of an id that is in use from an earlier run, so that it is not given again. */
  public void seen(String id) {
    String digits = id.substring(id.lastIndexOf('-') + 1);
    if (digits.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(digits);
      last.accumulateAndGet(number, Math::max);
    }
  }
}
