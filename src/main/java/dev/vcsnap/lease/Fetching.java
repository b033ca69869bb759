package dev.vcsnap.lease;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The fetching of the files of one call, which ends early when it is cancelled, its lease ends, the
 * server stops or it takes too long, whatever the other server does meanwhile: a thread of its own
 * asks and reads, and the task's looks on and hangs up.
 */
final class Fetching {

  private static final long LOOK_EVERY_MILLIS = 250;

  private final FileServers servers;
  private final Lease lease;
  private final TaskBody.Progress task;
  private final Clock clock;
  private final Duration most;
  private final Instant due;

  /** Where a file goes to. */
  @FunctionalInterface
  interface Destination {
    void take(FileServers.Arriving file) throws IOException;
  }

  /**
   * Begins.
   *
   * @param most how long all of it may take
   */
  Fetching(FileServers servers, Lease lease, TaskBody.Progress task, Clock clock, Duration most) {
    this.servers = servers;
    this.lease = lease;
    this.task = task;
    this.clock = clock;
    this.most = most;
    this.due = clock.now().plus(most);
  }

  /**
   * Fetches a file. Nothing goes to its destination any more when this returns.
   *
   * @throws CancellationException if the task was cancelled or the server stops
   * @throws dev.vcsnap.vim.VimException InvalidState if the lease has ended, HttpFault if it takes
   *     too long, otherwise as {@link FileServers#fetch} does
   */
  void fetch(SourceFile file, Destination destination) {
    requireWanted(file);
    var line = new Line();
    // No virtual thread: what comes fast never makes one wait, and it would keep its carrier.
    var fetched =
        CompletableFuture.runAsync(
            () -> fetch(file, line, destination),
            work -> Thread.ofPlatform().daemon().name("pull").start(work));
    try {
      await(fetched, file);
    } finally {
      line.close();
      var _ = fetched.handle((_, _) -> true).join();
    }
  }

  private void fetch(SourceFile file, Line line, Destination destination) {
    try {
      destination.take(servers.fetch(file, line));
    } catch (IOException e) {
      throw FileServers.broken(file, e);
    }
  }

  private void await(CompletableFuture<?> fetched, SourceFile file) {
    while (true) {
      try {
        fetched.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        requireWanted(file);
        return;
      } catch (TimeoutException e) {
        requireWanted(file);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw LeaseFaults.canceled("The server stops.");
      } catch (ExecutionException e) {
        // Where it is not wanted, that comes first: what failed may have failed for it.
        requireWanted(file);
        throw e.getCause() instanceof RuntimeException known
            ? known
            : new IllegalStateException("a file cannot be fetched", e);
      }
    }
  }

  /** Goes on only while there is somebody for whom. */
  private void requireWanted(SourceFile file) {
    if (task.cancelled()) {
      throw new CancellationException("nobody wants the files any more");
    }
    if (lease.endedAt().isPresent()) {
      throw Faults.invalidState("The lease ended while files were fetched for it.");
    }
    if (clock.now().isAfter(due)) {
      throw FileServers.broken(
          file, new SocketTimeoutException("it takes more than " + most.toSeconds() + " s"));
    }
  }
}
