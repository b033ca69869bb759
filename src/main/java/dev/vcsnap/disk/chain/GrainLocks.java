package dev.vcsnap.disk.chain;

import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock for each MiB of a disk, from a fixed set: writers of new grains and a merge meet here.
 */
final class GrainLocks {

  static final int BLOCK_BYTES = 1 << 20;

  private static final int STRIPES = 64;

  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  GrainLocks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /** The lock of the block that holds the byte. */
  ReentrantLock of(long offset) {
    return stripes[(int) (offset / BLOCK_BYTES % STRIPES)];
  }

  void lockAll() {
    for (ReentrantLock stripe : stripes) {
      stripe.lock();
    }
  }

  void unlockAll() {
    for (ReentrantLock stripe : stripes) {
      stripe.unlock();
    }
  }
}
