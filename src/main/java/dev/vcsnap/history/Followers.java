package dev.vcsnap.history;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells others what happened, in order, without letting what happens wait for them: several items
 * at a time when they come fast.
 */
public final class Followers<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

  /** Followers who are further behind miss the oldest. */
  private static final int WAITING_MAX = 100_000;

  private final Executor later;
  private final List<Consumer<List<T>>> followers = new CopyOnWriteArrayList<>();
  private final Queue<T> waiting = new ArrayDeque<>();
  private final Object telling = new Object();

  /**
   * Makes a place to follow.
   *
   * @param later runs what the followers do; more than one at a time wait for each other
   */
  public Followers(Executor later) {
    this.later = later;
  }

  /** Tells on a virtual thread that exists only while there is something to tell. */
  public static <T> Followers<T> onThreadsOfTheirOwn(String name) {
    return new Followers<>(Thread.ofVirtual().name(name)::start);
  }

  /** Registers for items, oldest first. */
  public void add(Consumer<List<T>> follower) {
    followers.add(follower);
  }

  /** Passes an item on and returns at once. */
  public void tell(T item) {
    boolean first;
    synchronized (waiting) {
      first = waiting.isEmpty();
      if (waiting.size() == WAITING_MAX) {
        waiting.remove();
      }
      waiting.add(item);
    }
    if (first) {
      later.execute(this::pass);
    }
  }

  private void pass() {
    synchronized (telling) {
      List<T> batch;
      synchronized (waiting) {
        batch = List.copyOf(waiting);
        waiting.clear();
      }
      if (!batch.isEmpty()) {
        followers.forEach(follower -> passTo(follower, batch));
      }
    }
  }

  private void passTo(Consumer<List<T>> follower, List<T> batch) {
    try {
      follower.accept(batch);
    } catch (RuntimeException e) {
      LOG.error("A follower failed", e);
    }
  }
}
