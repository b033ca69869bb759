package dev.vcsnap.lease;

import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads that compress disks which are exported: as many as there are processors, whatever the
 * number of exports.
 */
final class GrainPackers implements AutoCloseable {

  /** Enough that none of the threads waits while the oldest grain is written. */
  private static final int AHEAD_PER_THREAD = 4;

  private final ExecutorService threads;
  private final StreamWriter streams;

  GrainPackers(int threadCount) {
    threads =
        Executors.newFixedThreadPool(
            threadCount, Thread.ofPlatform().daemon().name("grain-packer-", 1).factory());
    streams = new StreamWriter(threads, AHEAD_PER_THREAD * threadCount);
  }

  StreamWriter streams() {
    return streams;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
