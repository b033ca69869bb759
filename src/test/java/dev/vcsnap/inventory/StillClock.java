package dev.vcsnap.inventory;

import dev.vcsnap.ground.clock.Clock;
import java.time.Duration;
import java.time.Instant;

/** A clock that a test moves by hand. */
public final class StillClock implements Clock {

  private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

  public void advance(Duration by) {
    now = now.plus(by);
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public long nanoTime() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  @Override
  public void sleep(Duration duration) {
    advance(duration);
  }
}
