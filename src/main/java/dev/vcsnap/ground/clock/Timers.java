package dev.vcsnap.ground.clock;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Work that is to be done later, and waiting for it: by the clock in production, one step after the
 * other in tests, where minutes pass at once.
 */
public interface Timers {

  /** Something that will be done unless it is cancelled before. */
  interface Timer {

    /** Does nothing when it has begun. */
    void cancel();
  }

  /** Does a task after a time, on a thread of its own. */
  Timer after(Duration delay, Runnable task);

  /**
   * Waits for an outcome that other threads or timers bring about.
   *
   * @throws InterruptedException when the thread is told to stop
   */
  void await(CompletableFuture<?> outcome) throws InterruptedException;
}
