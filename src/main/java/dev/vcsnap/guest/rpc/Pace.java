package dev.vcsnap.guest.rpc;

import dev.vcsnap.ground.clock.Clock;
import java.time.Duration;

/** Lets a guest ask only so often: whoever is over the limit of a second waits for the next one. */
final class Pace {

  /** Tools ask some dozen times when they start, and then about once a second. */
  private static final int REQUESTS_A_SECOND = 500;

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Clock clock;
  private long since;
  private int count;

  Pace(Clock clock) {
    this.clock = clock;
    this.since = clock.nanoTime();
  }

  /** Returns when one more request may be answered. */
  synchronized void take() throws InterruptedException {
    long passed = clock.nanoTime() - since;
    if (passed >= SECOND.toNanos()) {
      begin();
    } else if (count == REQUESTS_A_SECOND) {
      clock.sleep(SECOND.minusNanos(passed));
      begin();
    }
    count++;
  }

  private void begin() {
    since = clock.nanoTime();
    count = 0;
  }
}
