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

  /** Between its requests a guest is still there. */
  private static final long PRESENT_NANOS = Duration.ofMillis(50).toNanos();

  private final Clock clock;
  private final BooleanSupplier guestBusy;
  private long startedNanos;
  private long presentUntilNanos;

  /**
   * @param guestBusy whether a request of the guest is being served at this moment
   */
  Courtesy(Clock clock, BooleanSupplier guestBusy) {
    this.clock = clock;
    this.guestBusy = guestBusy;
    this.presentUntilNanos = clock.nanoTime();
  }

  /** A piece of work begins. */
  void begin() {
    startedNanos = clock.nanoTime();
    look();
  }

  /** Looks whether there is a guest; the more often in a piece of work, the better it is seen. */
  void look() {
    if (guestBusy.getAsBoolean()) {
      presentUntilNanos = clock.nanoTime() + PRESENT_NANOS;
    }
  }

  /** The piece of work is done. */
  void rest() {
    long now = clock.nanoTime();
    if (presentUntilNanos - now <= 0) {
      return;
    }
    long worked = Math.min(now - startedNanos, REST_NANOS_MAX);
    try {
      clock.sleep(Duration.ofNanos(worked));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
