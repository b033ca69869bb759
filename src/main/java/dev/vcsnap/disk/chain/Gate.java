package dev.vcsnap.disk.chain;

import java.util.concurrent.Semaphore;

/**
 * Lets I/O through together, or a switch alone. Whoever closes it waits only for the I/O that is
 * already inside: later I/O queues behind the closer. Any thread may open what another closed.
 */
final class Gate {

  private static final int ALL = Integer.MAX_VALUE;

  private final Semaphore permits = new Semaphore(ALL, true);

  void enter() {
    permits.acquireUninterruptibly();
  }

  void leave() {
    permits.release();
  }

  /** Whether I/O is inside at this moment. */
  boolean isBusy() {
    return permits.availablePermits() < ALL;
  }

  void close() {
    permits.acquireUninterruptibly(ALL);
  }

  void open() {
    permits.release(ALL);
  }
}
