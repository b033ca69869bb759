package dev.vcsnap.nbd;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Threads that help a connection whose disk is slow, so that the requests which a client sent
 * together wait for the disk together. A quick disk never needs them: handing a request over costs
 * more than serving it.
 */
final class Crew implements AutoCloseable {

  private static final int THREADS_MAX = 32;
  private static final int IDLE_SECONDS = 5;

  private final ThreadPoolExecutor pool;

  Crew() {
    pool =
        new ThreadPoolExecutor(
            THREADS_MAX,
            THREADS_MAX,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("nbd-crew-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Calls {@code work} for each number from {@code from} to below {@code to}, here and on helpers,
   * and returns when all calls have. The caller takes part, so a busy crew delays nobody.
   */
  void share(int from, int to, IntConsumer work) {
    AtomicInteger next = new AtomicInteger(from);
    CountDownLatch done = new CountDownLatch(to - from);
    Runnable loop =
        () -> {
          int index = next.getAndIncrement();
          while (index < to) {
            try {
              work.accept(index);
            } finally {
              done.countDown();
            }
            index = next.getAndIncrement();
          }
        };
    for (int helpers = Math.min(to - from - 1, THREADS_MAX); helpers > 0; helpers--) {
      pool.execute(loop);
    }
    loop.run();
    awaitAll(done);
  }

  /** The buffers belong to the helpers until the last is done, whatever happens to this thread. */
  private static void awaitAll(CountDownLatch done) {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
