package dev.vcsnap.property;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where the calls of one collector wait; a signal between looking and waiting is not lost. */
final class Gate {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition signalled = lock.newCondition();
  private final AtomicLong signals = new AtomicLong();

  /** The number of signals so far, to be read before looking. */
  long signals() {
    return signals.get();
  }

  /** Lets everybody look again. */
  void signal() {
    lock.lock();
    try {
      signals.incrementAndGet();
      signalled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a signal after the first {@code seen}; false if none came in time. */
  boolean await(long seen, long timeoutNanos) throws InterruptedException {
    lock.lock();
    try {
      long remaining = timeoutNanos;
      while (signals.get() == seen) {
        if (remaining <= 0) {
          return false;
        }
        remaining = signalled.awaitNanos(remaining);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
