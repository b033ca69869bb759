package dev.vcsnap.ground.clock;

import java.time.Duration;
import java.time.Instant;

/** The only source of time: real in production, stepped in tests. */
public interface Clock {

  /** The wall clock, to the microsecond that vSphere puts on the wire. */
  Instant now();

  /** A monotonic reading in nanoseconds, for durations only. */
  long nanoTime();

  /** Waits; returns early with {@link InterruptedException} when the thread is told to stop. */
  void sleep(Duration duration) throws InterruptedException;
}
