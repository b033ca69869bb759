package dev.vcsnap.snapshot;

import dev.vcsnap.ground.clock.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Keeps a merge to a number of bytes a second: after each piece it sleeps until the pieces so far
 * are due. What guests write meanwhile is mirrored without waiting.
 */
final class MergeThrottle {

  /** A merge that is cancelled notices it within this. */
  private static final long NAP_NANOS_MAX = Duration.ofMillis(100).toNanos();

  private static final double NANOS_PER_SECOND = 1e9;

  private final Clock clock;
  private final long bytesPerSecond;
  private long dueNanos;

  /**
   * Makes the throttle of one merge.
   *
   * @param bytesPerSecond 0 for no limit
   */
  MergeThrottle(Clock clock, long bytesPerSecond) {
    this.clock = clock;
    this.bytesPerSecond = bytesPerSecond;
    this.dueNanos = clock.nanoTime();
  }

  /** Waits for what was copied to be due; an interrupt or a cancellation ends the wait. */
  void copied(long bytes, BooleanSupplier cancelled) {
    if (bytesPerSecond == 0) {
      return;
    }
    // Time in which nothing was copied is not saved up.
    dueNanos = Math.max(dueNanos, clock.nanoTime());
    dueNanos += (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    long left = dueNanos - clock.nanoTime();
    while (left > 0 && !cancelled.getAsBoolean()) {
      try {
        clock.sleep(Duration.ofNanos(Math.min(left, NAP_NANOS_MAX)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      left = dueNanos - clock.nanoTime();
    }
  }
}
