package dev.vcsnap.task;

import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.ground.ids.NumberSeries;

/**
 * Numbers the events of a server, and the chains of events that belong together, from one sequence:
 * no chain has the number of an event that does not belong to it, and none is given twice.
 */
public final class EventChains implements AutoCloseable {

  private final NumberSeries numbers;

  /** Numbers that nobody remembers. */
  public EventChains() {
    this(NumberKeeper.inMemory());
  }

  /** Numbers that go on behind those of earlier runs. */
  public EventChains(NumberKeeper keeper) {
    this.numbers = new NumberSeries("event", 1, keeper);
  }

  /** The next number, from 1 on. */
  public int next() {
    return Math.toIntExact(numbers.next());
  }

  /** Gives back what was set aside and not used. */
  @Override
  public void close() {
    numbers.close();
  }
}
