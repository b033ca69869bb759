package dev.vcsnap.guest.simulated;

import static dev.vcsnap.guest.simulated.GuestState.COMPLETE_WAIT;
import static dev.vcsnap.guest.simulated.GuestState.IDLE;
import static dev.vcsnap.guest.simulated.GuestState.SCRIPT_ERROR;
import static dev.vcsnap.guest.simulated.GuestState.SCRIPT_FREEZE;
import static dev.vcsnap.guest.simulated.GuestState.SCRIPT_THAW;
import static dev.vcsnap.guest.simulated.GuestState.SYNC_ERROR;
import static dev.vcsnap.guest.simulated.GuestState.SYNC_FREEZE;
import static dev.vcsnap.guest.simulated.GuestState.SYNC_FREEZE_WAIT;
import static dev.vcsnap.guest.simulated.GuestState.SYNC_THAW;

import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.guest.simulated.Behaviour.Moment;
import dev.vcsnap.quiesce.BackupEvent;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of vmbackup's state machine, as open-vm-tools 12.2 goes through it (rules A32 to A37).
 *
 * <p>Once in a poll period it looks whether what it began last has ended, and if so goes on to the
 * next state; so every step takes a period at least. The host's requests and the limits come in
 * between.
 */
final class Operation {

  private static final String SYNC_FAILED = "Error when enabling the sync provider.";
  private static final String GONE = "The connection to the agent was closed.";

  private final Timers timers;
  private final AgentTimes times;
  private final Behaviour behaviour;
  private final QuiesceOptions options;
  private final ScriptList scripts;
  private final SyncProvider provider;
  private final boolean completes;
  private final BackupListener host;

  private GuestState state = IDLE;
  private boolean silent;
  private boolean refused;
  private boolean vanished;
  private boolean thawed;
  private CompletableFuture<Boolean> freezing = CompletableFuture.completedFuture(false);

  /** Completed by the host's word that it has read the manifests. */
  private final CompletableFuture<Boolean> completed = new CompletableFuture<>();

  /** What was begun and has not been looked at since it ended; null for nothing. */
  private @Nullable CompletableFuture<Boolean> begun;

  private String begunName = "";
  private Timers.@Nullable Timer poll;
  private Timers.@Nullable Timer keepAlive;
  private Timers.@Nullable Timer limit;
  private Timers.@Nullable Timer early;

  /**
   * Makes an operation that has not begun.
   *
   * @param completes whether it waits at the end until the host has read the manifests
   */
  Operation(
      Timers timers,
      AgentTimes times,
      Behaviour behaviour,
      QuiesceOptions options,
      ScriptList scripts,
      SyncProvider provider,
      boolean completes,
      BackupListener host) {
    this.timers = timers;
    this.times = times;
    this.behaviour = behaviour;
    this.options = options;
    this.scripts = scripts;
    this.provider = provider;
    this.completes = completes;
    this.host = host;
  }

  synchronized boolean isIdle() {
    return state == IDLE;
  }

  synchronized Reply start() {
    state = SCRIPT_FREEZE;
    send(BackupEvent.RESET, BackupEvent.SUCCESS, "");
    runScripts("VmBackupOnFreeze", scripts::freeze);
    Duration timeout = options.timeout().isZero() ? times.timeout() : options.timeout();
    if (!timeout.isZero()) {
      limit = timers.after(timeout, this::abortSelf);
    }
    pollLater();
    reach(Moment.FREEZING);
    return Reply.OK;
  }

  synchronized Reply snapshotDone() {
    if (silent) {
      return unanswered();
    }
    if (state == IDLE) {
      return new Reply.Refused("Error: no quiesce operation in progress");
    }
    if (state != SYNC_FREEZE || !provider.isHeld()) {
      return new Reply.Refused("Error: unexpected state for quiesce done message.");
    }
    if (reach(Moment.THAWING)) {
      return unanswered();
    }
    cancel(early);
    state = SYNC_THAW;
    begin("VmBackupSyncDriverThaw", thawing());
    return Reply.OK;
  }

  private CompletableFuture<Boolean> thawing() {
    var outcome = new CompletableFuture<Boolean>();
    timers.after(
        behaviour.time("late-thaw"),
        () -> {
          thaw();
          outcome.complete(true);
        });
    return outcome;
  }

  /** Once: a thaw that comes late would be that of another operation's freeze. */
  private synchronized void thaw() {
    if (!thawed) {
      thawed = true;
      provider.thaw();
    }
  }

  synchronized Reply snapshotCompleted() {
    if (silent) {
      return unanswered();
    }
    if (!completes || state == IDLE) {
      return new Reply.Refused("Error: no quiesce complete in progress");
    }
    if (state != COMPLETE_WAIT) {
      return new Reply.Refused("Error: unexpected state for complete message.");
    }
    completed.complete(true);
    return Reply.OK;
  }

  synchronized Reply abort() {
    if (silent) {
      return unanswered();
    }
    if (state == IDLE) {
      return new Reply.Refused("Error: no quiesce operation in progress");
    }
    abortNow();
    return Reply.OK;
  }

  /** The guest's own time limit ran out. */
  private synchronized void abortSelf() {
    if (state != IDLE) {
      abortNow();
    }
  }

  private void abortNow() {
    if (state == SCRIPT_ERROR || state == SYNC_ERROR) {
      return;
    }
    begun = null;
    scripts.kill();
    send(BackupEvent.ABORTED, BackupEvent.REMOTE_ABORT, "Quiesce canceled.");
    fail();
    if (state == IDLE) {
      end();
    }
  }

  /** Looks whether what was begun has ended, and goes on. */
  private synchronized void poll() {
    if (state == IDLE) {
      return;
    }
    if (begun == null || begun.isDone()) {
      boolean well = begun == null || (!begun.isCompletedExceptionally() && begun.join());
      begun = null;
      if (well) {
        advance();
      } else {
        send(BackupEvent.ERROR, BackupEvent.SCRIPT_ERROR, "Custom quiesce script failed.");
        send(
            BackupEvent.ERROR,
            BackupEvent.UNEXPECTED_ERROR,
            "'" + begunName + "' operation failed.");
        fail();
      }
    }
    if (vanished) {
      return;
    }
    if (state == IDLE) {
      end();
    } else {
      pollLater();
    }
  }

  private void advance() {
    switch (state) {
      case SCRIPT_FREEZE -> {
        state = SYNC_FREEZE_WAIT;
        freezing = provider.freeze();
      }
      case SYNC_FREEZE_WAIT -> {
        if (freezing.isDone()) {
          offer();
        }
      }
      case SYNC_FREEZE -> {
        // Left when the host says so.
      }
      case SYNC_THAW -> {
        if (options.createManifest() && !completes) {
          tellManifest(BackupEvent.GENERIC_MANIFEST);
        }
        state = SCRIPT_THAW;
        runScripts("VmBackupOnThaw", scripts::thaw);
      }
      case SCRIPT_THAW -> {
        state = completes ? COMPLETE_WAIT : IDLE;
        if (completes) {
          begun = completed;
          tellManifest(BackupEvent.MANIFEST);
        }
      }
      case SYNC_ERROR -> {
        state = SCRIPT_ERROR;
        runScripts("VmBackupOnFreezeFail", scripts::freezeFail);
      }
      case COMPLETE_WAIT, SCRIPT_ERROR, IDLE -> state = IDLE;
    }
  }

  /** Tells the host that it may switch the disks. A host that has given up refuses (rule A36). */
  private void offer() {
    boolean frozen = !freezing.isCompletedExceptionally() && freezing.join();
    if (refused) {
      fail();
    } else if (!frozen) {
      provider
          .failure()
          .ifPresent(text -> send(BackupEvent.WRITER_ERROR, BackupEvent.SYNC_ERROR, text));
      send(BackupEvent.ERROR, BackupEvent.SYNC_ERROR, SYNC_FAILED);
      fail();
    } else if (send(BackupEvent.COMMIT, BackupEvent.SUCCESS, "")) {
      state = SYNC_FREEZE;
      if (behaviour.has("thaws-early")) {
        vanishAfter(behaviour.time("thaws-early"));
      }
      reach(Moment.FROZEN);
    } else {
      refused = true;
      begin("VmBackupSyncDriverThaw", thawing());
    }
  }

  /** Goes into the state that cleans up after the present one; file systems thaw at once. */
  private void fail() {
    switch (state) {
      case SCRIPT_FREEZE, SYNC_ERROR -> {
        state = SCRIPT_ERROR;
        runScripts("VmBackupOnFreezeFail", scripts::freezeFail);
      }
      case SYNC_FREEZE_WAIT, SYNC_FREEZE, SYNC_THAW -> {
        var _ = freezing.thenRun(this::thaw);
        state = SYNC_ERROR;
      }
      case SCRIPT_THAW, COMPLETE_WAIT, SCRIPT_ERROR, IDLE -> state = IDLE;
    }
  }

  private void vanishAfter(Duration time) {
    if (time.isZero()) {
      vanish();
    } else {
      early = timers.after(time, this::vanish);
    }
  }

  /** The agent ends, as one that is restarted: the guest goes on and the host hears nothing. */
  private synchronized void vanish() {
    if (state != IDLE) {
      thaw();
      var _ = scripts.thaw();
      state = IDLE;
      vanished = true;
      cancelTimers();
    }
  }

  /** Misbehaves if it is time for it. Answers whether the host hears nothing more. */
  private boolean reach(Moment moment) {
    if (behaviour.isSilentAt(moment)) {
      silent = true;
    } else if (behaviour.isLostAt(moment)) {
      silent = true;
      abortNow();
      host.lost(GONE);
    }
    return silent;
  }

  private static Reply unanswered() {
    return new Reply.Lost("The agent does not answer.");
  }

  private void runScripts(String name, Supplier<CompletableFuture<Boolean>> run) {
    if (options.execScripts()) {
      begin(name, run.get());
    }
  }

  private void begin(String name, CompletableFuture<Boolean> work) {
    begunName = name;
    begun = work;
  }

  private void tellManifest(String event) {
    provider.manifest().ifPresent(document -> send(event, BackupEvent.SUCCESS, document.path()));
  }

  /** Reports an event. Answers whether the host took it. */
  private boolean send(String name, int code, String text) {
    cancel(keepAlive);
    boolean taken = silent || host.accept(new BackupEvent(name, code, text));
    if (state != IDLE) {
      keepAlive = timers.after(times.keepAlive(), this::keepAlive);
    }
    return taken;
  }

  private synchronized void keepAlive() {
    if (state != IDLE) {
      send(BackupEvent.KEEP_ALIVE, BackupEvent.SUCCESS, "");
    }
  }

  private void end() {
    cancelTimers();
    provider.complete();
    send(BackupEvent.DONE, BackupEvent.SUCCESS, "");
  }

  private void pollLater() {
    poll = timers.after(times.poll(), this::poll);
  }

  private void cancelTimers() {
    cancel(poll);
    cancel(keepAlive);
    cancel(limit);
    cancel(early);
  }

  private static void cancel(Timers.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
