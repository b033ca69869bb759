package dev.vcsnap.ground.clock;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Timers that go by a clock: each is a virtual thread that sleeps. */
public final class ClockTimers implements Timers {

  private final Clock clock;

  public ClockTimers(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    var decided = new AtomicBoolean();
    Thread thread =
        Thread.ofVirtual()
            .name("timer")
            .start(() -> {
              try {
                clock.sleep(delay);
              } catch (InterruptedException cancelled) {
                return;
              }
              if (decided.compareAndSet(false, true)) {
                task.run();
              }
            });
    return () -> {
      if (decided.compareAndSet(false, true)) {
        thread.interrupt();
      }
    };
  }

  @Override
  public void await(CompletableFuture<?> outcome) throws InterruptedException {
    try {
      outcome.get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    }
  }
}
