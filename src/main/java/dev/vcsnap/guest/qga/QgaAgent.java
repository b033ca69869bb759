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
import org.jspecify.annotations.Nullable;

/** The QEMU guest agent at the end of one connection, as the host's agent. */
final class QgaAgent implements GuestAgent {

  /** How long a client waits for a guest that was asked to go: a refusal comes at once. */
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final QgaChannel channel;
  private final Clock clock;
  private @Nullable QgaOperation operation;

  QgaAgent(QgaChannel channel, Clock clock) {
    this.channel = channel;
    this.clock = clock;
  }

  @Override
  public Reply start(QuiesceOptions options, BackupListener listener) {
    QgaOperation started;
    synchronized (this) {
      if (operation != null && !operation.isOver()) {
        return new Reply.Refused("Quiesce operation already in progress.");
      }
      if (!options.quiesceFs()) {
        // Hooks run with a freeze or not at all.
        return new Reply.Refused("Error initializing quiesce operation.");
      }
      started = new QgaOperation(channel, options, listener, clock);
      operation = started;
    }
    started.start();
    return Reply.OK;
  }

  private synchronized @Nullable QgaOperation running() {
    return operation;
  }

  @Override
  public Reply snapshotDone() {
    QgaOperation running = running();
    return running == null ? QgaOperation.NOTHING_IN_PROGRESS : running.snapshotDone();
  }

  @Override
  public Reply snapshotCompleted() {
    return Reply.OK;
  }

  @Override
  public Reply abort() {
    QgaOperation running = running();
    return running == null ? QgaOperation.NOTHING_IN_PROGRESS : running.abort();
  }

  /** Applications count only when a hook vouched for them, see {@link HookMarker}. */
  @Override
  public Consistency consistency(QuiesceOptions options) {
    QgaOperation last = running();
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
    QgaOperation running = running();
    return running != null && running.lost("the connection to the QEMU guest agent ended");
  }
}
