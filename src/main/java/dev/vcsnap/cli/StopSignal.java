package dev.vcsnap.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish that a command in the foreground ends (SIGTERM, Control-C). The command gets the time to
 * put everything away, and has then done what it should: its status is 0, whatever the signal was.
 */
final class StopSignal implements AutoCloseable {

  /** Longer than a server waits for its clients' last requests. */
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch wished = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::arrive, "stop");
  private volatile boolean obeyed;

  private StopSignal() {}

  /** Watches until closed. */
  static StopSignal watch() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Returns when the signal has come. */
  void await() throws InterruptedException {
    wished.await();
  }

  /** Everything is put away. */
  void obeyed() {
    obeyed = true;
  }

  private void arrive() {
    wished.countDown();
    try {
      boolean inTime = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (inTime && obeyed) {
        System.out.flush();
        Runtime.getRuntime().halt(0);
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    if (wished.getCount() > 0) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // The signal came just now, and the hook finds that all has ended.
      }
    }
  }
}
