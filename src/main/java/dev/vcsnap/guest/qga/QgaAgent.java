package dev.vcsnap.guest.qga;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The QEMU guest agent at the end of one connection, as the host's agent. */
final class QgaAgent implements GuestAgent {

  /** How long a client waits for a guest that was asked to go: a refusal comes at once. */
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final QgaChannel channel;
  private final Clock clock;
  private final Thaw thaw;

  /** Who begins a freeze, or looks for what one has left, keeps the other waiting. */
  private final ReentrantLock turn = new ReentrantLock();

  private volatile @Nullable QgaOperation operation;

  /**
   * Takes over a connection.
   *
   * @param halfDone whether one before it ended within a freeze or a thaw
   */
  QgaAgent(QgaChannel channel, Clock clock, AtomicBoolean halfDone) {
    this.channel = channel;
    this.clock = clock;
    this.thaw = new Thaw(channel, halfDone);
  }

  @Override
  public Reply start(QuiesceOptions options, BackupListener listener) {
    if (!options.quiesceFs()) {
      // Hooks run with a freeze or not at all.
      return new Reply.Refused("Error initializing quiesce operation.");
    }
    turn.lock();
    try {
      if (isBusy()) {
        return new Reply.Refused("Quiesce operation already in progress.");
      }
      var started = new QgaOperation(channel, thaw, options, listener, clock);
      operation = started;
      started.start();
      return Reply.OK;
    } finally {
      turn.unlock();
    }
  }

  private boolean isBusy() {
    QgaOperation last = operation;
    return last != null && !last.isOver();
  }

  /**
   * Thaws what an earlier freeze has left, unless another goes on.
   *
   * @return whether nothing is left since just now
   * @throws IOException when the connection is lost
   */
  boolean settle() throws IOException {
    if (thaw.isSettled()) {
      return false;
    }
    turn.lock();
    try {
      if (isBusy()) {
        return false;
      }
      thaw.settle();
      return thaw.isSettled();
    } finally {
      turn.unlock();
    }
  }

  @Override
  public Reply snapshotDone() {
    QgaOperation running = operation;
    return running == null ? QgaOperation.NOTHING_IN_PROGRESS : running.snapshotDone();
  }

  @Override
  public Reply snapshotCompleted() {
    return Reply.OK;
  }

  @Override
  public Reply abort() {
    QgaOperation running = operation;
    return running == null ? QgaOperation.NOTHING_IN_PROGRESS : running.abort();
  }

  /** Applications count only when a hook vouched for them, see {@link HookMarker}. */
  @Override
  public Consistency consistency(QuiesceOptions options) {
    QgaOperation last = operation;
    return last != null && last.applications() ? Consistency.APPLICATION : Consistency.FILE_SYSTEM;
  }

  /**
   * Asks the guest's operating system to go. One that falls asleep says so by saying nothing.
   *
   * @throws QgaException when it refuses
   * @throws IOException when it went silent or the connection is lost
   */
  void tell(GuestWish wish) throws IOException {
    long id = clock.nanoTime() & Integer.MAX_VALUE;
    switch (wish) {
      case SHUTDOWN -> channel.tell("guest-shutdown", Map.of("mode", "powerdown"), id, ANSWER);
      case REBOOT -> channel.tell("guest-shutdown", Map.of("mode", "reboot"), id, ANSWER);
      case STANDBY -> channel.tell("guest-suspend-ram", Map.of(), id, ANSWER);
    }
  }

  /** Notes the end of the connection; true if that left something half done. */
  boolean lost() {
    QgaOperation running = operation;
    boolean within =
        running != null && running.lost("the connection to the QEMU guest agent ended");
    return within || thaw.isOwed();
  }
}
