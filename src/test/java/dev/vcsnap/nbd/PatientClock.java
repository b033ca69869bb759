package dev.vcsnap.nbd;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** A clock whose sleepers wake when a test says so. */
record PatientClock(CountDownLatch due) implements Clock {

  private static final SystemClock SYSTEM = new SystemClock();

  @Override
  public Instant now() {
    return SYSTEM.now();
  }

  @Override
  public long nanoTime() {
    return SYSTEM.nanoTime();
  }

  @Override
  public void sleep(Duration time) throws InterruptedException {
    due.await();
  }
}
