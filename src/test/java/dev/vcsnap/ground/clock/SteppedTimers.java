package dev.vcsnap.ground.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/**
 * A clock whose timers go off one after the other, on the thread that waits: fifteen minutes pass
 * at once, and always in the same order.
 */
public final class SteppedTimers implements Timers, Clock {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static final Duration PATIENCE = Duration.ofHours(10);

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::number));
  private Instant now = START;
  private int made;

  private record Due(Instant at, int number, Runnable task) {}

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized long nanoTime() {
    return Duration.between(START, now).toNanos();
  }

  @Override
  public void sleep(Duration duration) {
    advance(duration);
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable task) {
    var entry = new Due(now.plus(delay), made++, task);
    due.add(entry);
    return () -> {
      synchronized (this) {
        due.remove(entry);
      }
    };
  }

  @Override
  public void await(CompletableFuture<?> outcome) {
    Instant patience = now().plus(PATIENCE);
    while (!outcome.isDone()) {
      if (!step(patience)) {
        throw new AssertionError("within " + PATIENCE + " nothing brings about what is waited for");
      }
    }
  }

  /** Lets time pass. */
  public void advance(Duration duration) {
    Instant until = now().plus(duration);
    while (step(until)) {
      // Whatever is due.
    }
    synchronized (this) {
      now = until;
    }
  }

  private boolean step(Instant until) {
    Due next;
    synchronized (this) {
      next = due.peek();
      if (next == null || next.at().isAfter(until)) {
        return false;
      }
      due.remove();
      now = next.at();
    }
    next.task().run();
    return true;
  }
}
