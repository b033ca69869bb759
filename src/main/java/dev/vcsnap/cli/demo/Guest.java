package dev.vcsnap.cli.demo;

import dev.vcsnap.ground.clock.Clock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Plays the operating system of a machine: writes pieces of 4 to 64 KiB through NBD all the time,
 * mostly to a busy part of the disk, deletes some, and flushes now and then.
 */
final class Guest implements AutoCloseable {

  private static final int SECTOR_GROUP_BYTES = 4 << 10;
  private static final int PIECE_GROUPS_MAX = 16;
  private static final long BUSY_BYTES = 48L << 20;
  private static final int WRITES_PER_FLUSH = 16;
  private static final int WRITES_PER_DELETION = 24;
  private static final int WRITES_PER_FAR_WRITE = 8;
  private static final Duration PAUSE = Duration.ofMillis(4);
  private static final Duration POLL = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final NbdClient disk;
  private final Random random;
  private final Clock clock;
  private final Thread thread;
  private final AtomicLong writeCount = new AtomicLong();
  private final AtomicLong longestWaitNanos = new AtomicLong();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private volatile boolean stopping;

  private Guest(NbdClient disk, Random random, Clock clock) {
    this.disk = disk;
    this.random = random;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("guest").unstarted(this::run);
  }

  /** Starts writing to a disk that is this guest's alone, and that it closes at its end. */
  static Guest start(NbdClient disk, Random random, Clock clock) {
    var guest = new Guest(disk, random, clock);
    guest.thread.start();
    return guest;
  }

  private void run() {
    try (disk) {
      while (!stopping) {
        long start = clock.nanoTime();
        writeOnce();
        long nanos = clock.nanoTime() - start;
        longestWaitNanos.accumulateAndGet(nanos, Math::max);
        writeCount.incrementAndGet();
        clock.sleep(PAUSE);
      }
      disk.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private void writeOnce() {
    int length = (1 + random.nextInt(PIECE_GROUPS_MAX)) * SECTOR_GROUP_BYTES;
    boolean far = random.nextInt(WRITES_PER_FAR_WRITE) == 0;
    long within = (far ? disk.sizeBytes() : Math.min(BUSY_BYTES, disk.sizeBytes())) - length;
    long offset = random.nextLong(within / SECTOR_GROUP_BYTES) * SECTOR_GROUP_BYTES;
    if (random.nextInt(WRITES_PER_DELETION) == 0) {
      disk.zero(offset, length);
    } else {
      var bytes = new byte[length];
      random.nextBytes(bytes);
      disk.write(offset, ByteBuffer.wrap(bytes));
    }
    if (random.nextInt(WRITES_PER_FLUSH) == 0) {
      disk.flush();
    }
  }

  /** How often it has written. */
  long writeCount() {
    return writeCount.get();
  }

  /** The longest that one write took since this was asked last. */
  Duration longestWait() {
    return Duration.ofNanos(longestWaitNanos.getAndSet(0));
  }

  /** Returns when it has written {@code more} times. */
  void awaitWrites(long more) {
    long wanted = writeCount() + more;
    long start = clock.nanoTime();
    try {
      while (writeCount() < wanted) {
        rethrow();
        if (clock.nanoTime() - start > PATIENCE.toNanos()) {
          throw new DemoFailure(
              "The guest did not get %d writes done in %d s."
                  .formatted(more, PATIENCE.toSeconds()));
        }
        clock.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("The demonstration was interrupted.", e);
    }
  }

  private void rethrow() {
    RuntimeException cause = failure.get();
    if (cause != null) {
      throw new DemoFailure("The guest could not go on: " + cause.getMessage(), cause);
    }
  }

  /** Stops it and says if it had to stop before. */
  void stop() {
    close();
    rethrow();
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
