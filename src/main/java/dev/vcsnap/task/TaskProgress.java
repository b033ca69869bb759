package dev.vcsnap.task;

import dev.vcsnap.ground.clock.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * How far one task is, as clients are told of it: not too often, because each telling is an answer
 * and a further call for everybody who waits. A task that is done sooner only begins and ends.
 */
final class TaskProgress implements TaskBody.Progress {

  /** The least time between two tellings, and before the first; assumed. */
  static final Duration TOLD_EVERY = Duration.ofMillis(100);

  private final Clock clock;
  private final IntConsumer tell;
  private final BooleanSupplier cancelled;
  private int told;
  private long toldNanos;

  /**
   * Begins at 0, of which clients know already.
   *
   * @param tell shows clients a percentage
   */
  TaskProgress(Clock clock, IntConsumer tell, BooleanSupplier cancelled) {
    this.clock = clock;
    this.tell = tell;
    this.cancelled = cancelled;
    this.toldNanos = clock.nanoTime();
  }

  @Override
  public synchronized void percent(int done) {
    int percent = Math.clamp(done, 0, 100);
    long now = clock.nanoTime();
    if (percent != told && now - toldNanos >= TOLD_EVERY.toNanos()) {
      told = percent;
      toldNanos = now;
      tell.accept(percent);
    }
  }

  @Override
  public boolean cancelled() {
    return cancelled.getAsBoolean();
  }
}
