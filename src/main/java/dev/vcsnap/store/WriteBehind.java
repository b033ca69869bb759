package dev.vcsnap.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows behind the callers, many at once: of a row that changes again before it is written
 * only the last state is.
 *
 * <p>A failed write is repeated until it succeeds; meanwhile rows wait, up to a number, beyond
 * which the oldest are given up.
 *
 * @param <K> what tells rows apart
 * @param <V> a row
 */
final class WriteBehind<K, V> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WriteBehind.class);

  /** What comes within this time is written together. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

  private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int WAITING_MAX = 20_000;

  private final Consumer<List<V>> writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition written = lock.newCondition();
  private final Thread thread;
  private Map<K, V> waiting = new LinkedHashMap<>();
  private boolean writing;
  private boolean failing;
  private int urgent;
  private boolean closed;

  /**
   * Starts the writing.
   *
   * @param name for the thread and the log
   * @param writer writes rows durably, all or none
   */
  WriteBehind(String name, Consumer<List<V>> writer) {
    this.writer = writer;
    this.thread = Thread.ofVirtual().name("store-" + name).start(this::run);
  }

  /** Takes a row to write. */
  void put(K key, V row) {
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        work.signal();
      }
      waiting.put(key, row);
      if (waiting.size() > WAITING_MAX) {
        waiting.remove(waiting.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until what was put before is written, or until it turns out that it cannot be now. */
  void flush() {
    lock.lock();
    try {
      urgent++;
      work.signal();
      while ((writing || !waiting.isEmpty()) && !failing && thread.isAlive()) {
        written.awaitUninterruptibly();
      }
    } finally {
      urgent--;
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (List<V> rows = take(); !rows.isEmpty(); rows = take()) {
        write(rows);
      }
    } catch (InterruptedException e) {
      LOG.debug("{} was told to stop", thread.getName(), e);
    }
  }

  /** Waits for rows; nothing once there are none and none can come. */
  private List<V> take() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        work.await();
      }
      for (long left = GATHER_NANOS; left > 0 && urgent == 0 && !closed; ) {
        left = work.awaitNanos(left);
      }
      var rows = new ArrayList<>(waiting.values());
      waiting = new LinkedHashMap<>();
      writing = !rows.isEmpty();
      return rows;
    } finally {
      lock.unlock();
    }
  }

  private void write(List<V> rows) throws InterruptedException {
    while (true) {
      try {
        writer.accept(rows);
        done(false);
        return;
      } catch (RuntimeException e) {
        LOG.error("{} rows could not be written by {}", rows.size(), thread.getName(), e);
        if (done(true)) {
          return;
        }
      }
    }
  }

  /** Tells those who wait; after a failure, waits before the next try. True if there is none. */
  private boolean done(boolean failed) throws InterruptedException {
    lock.lock();
    try {
      writing = failed;
      failing = failed;
      written.signalAll();
      if (failed) {
        for (long left = REPEAT_NANOS; left > 0 && !closed; ) {
          left = work.awaitNanos(left);
        }
      }
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, then ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
