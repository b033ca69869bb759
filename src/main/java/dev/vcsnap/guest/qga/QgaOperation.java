package dev.vcsnap.guest.qga;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.quiesce.BackupEvent;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One freeze and thaw by way of the QEMU guest agent, told in the events of vmbackup.
 *
 * <p>The agent has no time limit of its own, so this has one, and thaws on every way out. How many
 * file systems it froze is compared with how many there are, because it freezes fewer without a
 * word. While the guest is frozen the agent answers to little more than its status.
 */
final class QgaOperation {

  private static final Logger LOG = LoggerFactory.getLogger(QgaOperation.class);

  /** The period in which VMware Tools say that all is well (rule A35). */
  private static final Duration KEEP_ALIVE = Duration.ofMillis(2_500);

  /** What VMware Tools take when nobody names a limit (rule A37). */
  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  static final Reply NOTHING_IN_PROGRESS =
      new Reply.Refused("Error: no quiesce operation in progress");

  private final QgaChannel channel;
  private final Thaw thaw;
  private final Duration timeout;
  private final BackupListener listener;
  private final Clock clock;
  private final HookMarker marker;
  private final Thread pulse;
  private State state = State.FREEZING;
  private int frozen;
  private volatile boolean applications;

  private enum State {
    FREEZING,
    CANCELLED,
    FROZEN,
    THAWING,
    OVER
  }

  QgaOperation(
      QgaChannel channel, Thaw thaw, QuiesceOptions options, BackupListener listener, Clock clock) {
    this.channel = channel;
    this.thaw = thaw;
    this.timeout = options.timeout().isZero() ? TIMEOUT : options.timeout();
    this.listener = listener;
    this.clock = clock;
    this.marker = new HookMarker(channel, clock, options.quiesceApps() && options.execScripts());
    this.pulse = Thread.ofVirtual().name("guest-pulse").unstarted(this::keepAlive);
  }

  void start() {
    pulse.start();
    Thread.ofVirtual().name("guest-freeze").start(this::run);
  }

  /** Whether a hook in the guest said that it had put applications in order. */
  boolean applications() {
    return applications;
  }

  synchronized boolean isOver() {
    return state == State.OVER;
  }

  private void run() {
    try {
      report(BackupEvent.RESET, BackupEvent.SUCCESS, "");
      String problem = freeze();
      if (problem.isEmpty()) {
        hold();
      } else {
        thaw.ask();
        report(BackupEvent.ERROR, BackupEvent.SYNC_ERROR, problem);
        finish();
      }
    } catch (IOException e) {
      // The connection is gone, and whoever noticed it tells the host.
      LOG.debug("A freeze ended: {}", e.toString());
    }
  }

  /** Freezes everything; a problem in words if that did not succeed. */
  private String freeze() throws IOException {
    try {
      FileSystems all = FileSystems.parse(channel.ask("guest-get-fsinfo", Map.of()));
      marker.wish();
      // It runs the hooks first, which may take all the time that there is.
      frozen = channel.ask("guest-fsfreeze-freeze", Map.of(), timeout).asInt(0);
      return frozen > 0 && frozen >= all.freezable()
          ? ""
          : "%d of %d file systems were frozen.".formatted(frozen, all.freezable());
    } catch (QgaException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void hold() throws IOException {
    boolean cancelled;
    synchronized (this) {
      cancelled = state == State.CANCELLED;
      if (!cancelled) {
        state = State.FROZEN;
      }
    }
    if (cancelled) {
      cancel();
    } else if (!report(BackupEvent.COMMIT, BackupEvent.SUCCESS, "") && leave(State.FROZEN)) {
      thaw.ask();
      finish();
    }
  }

  /** Says that all is well as long as the host goes along and the time limit allows. */
  private void keepAlive() {
    long until = clock.nanoTime() + timeout.toNanos();
    try {
      do {
        clock.sleep(KEEP_ALIVE);
      } while (clock.nanoTime() - until < 0
          && report(BackupEvent.KEEP_ALIVE, BackupEvent.SUCCESS, ""));
    } catch (InterruptedException e) {
      // It is over.
      return;
    }
    abort();
  }

  /** Goes on to thaw from a state; false if somebody else did. */
  private synchronized boolean leave(State from) {
    boolean left = state == from;
    if (left) {
      state = State.THAWING;
    }
    return left;
  }

  /** Thaws after the disks were switched; an error when the guest was not frozen any more. */
  Reply snapshotDone() {
    if (!leave(State.FROZEN)) {
      return NOTHING_IN_PROGRESS;
    }
    try {
      int thawed = thaw.ask();
      if (thawed < frozen) {
        Thread.startVirtualThread(this::finish);
        return new Reply.Refused(
            "Error: %d of %d file systems were still frozen".formatted(thawed, frozen));
      }
      applications = marker.isFulfilled();
      // The answer comes before the last event, as from VMware Tools.
      Thread.startVirtualThread(this::finish);
      return Reply.OK;
    } catch (IOException e) {
      // It stays half done until whoever notices the end of the connection asks.
      return new Reply.Lost(String.valueOf(e.getMessage()));
    }
  }

  /** Cancels in any state. */
  Reply abort() {
    synchronized (this) {
      if (state == State.FREEZING) {
        // The agent takes no other command until it has frozen.
        state = State.CANCELLED;
        return Reply.OK;
      }
    }
    if (!leave(State.FROZEN)) {
      return NOTHING_IN_PROGRESS;
    }
    try {
      cancel();
      return Reply.OK;
    } catch (IOException e) {
      // It stays half done until whoever notices the end of the connection asks.
      return new Reply.Lost(String.valueOf(e.getMessage()));
    }
  }

  private void cancel() throws IOException {
    thaw.ask();
    report(BackupEvent.ABORTED, BackupEvent.REMOTE_ABORT, "Quiesce canceled.");
    finish();
  }

  private void finish() {
    end();
    report(BackupEvent.DONE, BackupEvent.SUCCESS, "");
  }

  private void end() {
    synchronized (this) {
      state = State.OVER;
    }
    pulse.interrupt();
  }

  private boolean report(String name, int code, String text) {
    return listener.accept(new BackupEvent(name, code, text));
  }

  /** Tells the host that the connection is gone, if it waits; false if all was done. */
  boolean lost(String reason) {
    boolean waiting;
    synchronized (this) {
      waiting = state != State.OVER;
      state = State.OVER;
    }
    if (waiting) {
      pulse.interrupt();
      listener.lost(reason);
    }
    return waiting;
  }
}
