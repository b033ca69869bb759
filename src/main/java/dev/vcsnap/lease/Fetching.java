package dev.vcsnap.lease;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
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
 * server stops or it takes too long, whatever the other server does meanwhile.
 */
final class Fetching {

  private static final long LOOK_EVERY_MILLIS = 250;

  private final FileServers servers;
  private final Lease lease;
  private final TaskBody.Progress task;
  private final Clock clock;
  private final Duration most;
  private final Instant due;

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
   * Asks for a file, in a thread of its own: to hang up in the middle of an answer, or of an
   * archive that is passed over, somebody has to look from outside.
   *
   * @throws dev.vcsnap.vim.VimException as {@link FileServers#fetch} does
   */
  FileServers.Arriving ask(SourceFile file) {
    var answer = new CompletableFuture<FileServers.Arriving>();
    Thread asking =
        Thread.ofVirtual()
            .name("pull")
            .start(() -> {
              try {
                answer.complete(servers.fetch(file));
              } catch (RuntimeException | Error failure) {
                answer.completeExceptionally(failure);
              }
            });
    boolean taken = false;
    try {
      FileServers.Arriving arriving = await(answer, file);
      taken = true;
      return arriving;
    } finally {
      if (!taken) {
        asking.interrupt();
        var _ = answer.thenAccept(FileServers.Arriving::close);
      }
    }
  }

  private FileServers.Arriving await(
      CompletableFuture<FileServers.Arriving> answer, SourceFile file) {
    while (true) {
      requireWanted(file);
      try {
        return answer.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // It is time to look again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw LeaseFaults.canceled("The server stops.");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException known
            ? known
            : new IllegalStateException("a file cannot be asked for", e);
      }
    }
  }

  /**
   * Goes on only while there is somebody for whom.
   *
   * @throws CancellationException if the task was cancelled
   * @throws dev.vcsnap.vim.VimException InvalidState if the lease has ended, HttpFault if it takes
   *     too long
   */
  void requireWanted(SourceFile file) {
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
