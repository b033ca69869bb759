package dev.vcsnap.guest.qga;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import org.jspecify.annotations.Nullable;

/** The QEMU guest agent at the end of one connection, as the host's agent. */
final class QgaAgent implements GuestAgent {

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

  /** Notes the end of the connection; true if that left something half done. */
  boolean lost() {
    QgaOperation running = running();
    return running != null && running.lost("the connection to the QEMU guest agent ended");
  }
}
