package dev.vcsnap.nbd;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a client may take until it has chosen a disk: who only keeps a place that others want is
 * sent away. It stands still while the server itself opens a disk, which may take long.
 */
final class ChoiceLimit implements AutoCloseable {

  private final Clock clock;
  private final Timers timers;
  private final Runnable late;
  private Duration left;
  private long since;
  private Timers.@Nullable Timer timer;

  /**
   * Runs from now on.
   *
   * @param late is done when the client has taken longer
   */
  ChoiceLimit(Duration longest, Clock clock, Timers timers, Runnable late) {
    this.left = longest;
    this.clock = clock;
    this.timers = timers;
    this.late = late;
    goOn();
  }

  /** Lets it run on. */
  void goOn() {
    since = clock.nanoTime();
    timer = timers.after(left, late);
  }

  /** Lets it stand still; harmless when it does. */
  void hold() {
    if (timer != null) {
      timer.cancel();
      timer = null;
      left = left.minusNanos(clock.nanoTime() - since);
    }
  }

  /** The same as {@link #hold}, for good. */
  @Override
  public void close() {
    hold();
  }
}
