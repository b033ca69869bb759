package dev.vcsnap.task;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers the events of a server, and the chains of events that belong together, from one sequence:
 * no chain has the number of an event that does not belong to it.
 */
public final class EventChains {

  private final AtomicInteger last = new AtomicInteger();

  /** The next number, from 1 on. */
  public int next() {
    return last.incrementAndGet();
  }

  /** Goes on behind a number that was given out before a restart. */
  public void seen(int number) {
    last.accumulateAndGet(number, Math::max);
  }
}
