package dev.vcsnap.disk.chain;

import dev.vcsnap.ground.clock.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What a merge owes to the guest whose disk it merges: while the guest reads or writes, the merge
 * rests as long as it worked, so at least half of the machine stays the guest's.
 *
 * <p>It is used by one thread.
 */
final class Courtesy {

  /** A merge that a busy processor or storage held up does not rest for that as well. */
  private static final long REST_NANOS_MAX = Duration.ofMillis(20).toNanos();

  private final Clock clock;
  private final BooleanSupplier guestBusy;
  private long startedNanos;
  private boolean seen;

  /**
   * @param guestBusy whether a request of the guest is being served at this moment
   */
  Courtesy(Clock clock, BooleanSupplier guestBusy) {
    this.clock = clock;
    this.guestBusy = guestBusy;
  }

  /** A piece of work begins. */
  void begin() {
    startedNanos = clock.nanoTime();
    seen = guestBusy.getAsBoolean();
  }

  /** Looks whether there is a guest; the more often in a piece of work, the better it is seen. */
  void look() {
    seen |= guestBusy.getAsBoolean();
  }

  /** The piece of work is done. */
  void rest() {
    if (!seen) {
      return;
    }
    long worked = Math.min(clock.nanoTime() - startedNanos, REST_NANOS_MAX);
    try {
      clock.sleep(Duration.ofNanos(worked));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
