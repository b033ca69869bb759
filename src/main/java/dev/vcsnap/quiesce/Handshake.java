package dev.vcsnap.quiesce;

import static dev.vcsnap.quiesce.Trace.Speaker.GUEST;
import static dev.vcsnap.quiesce.Trace.Speaker.HOST;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of one handshake: leads the guest through its {@link Phase phases}, waits no
 * longer than the limits allow, and leaves no guest frozen.
 *
 * <p>Events come on the agent's threads and only change the phase; requests are made, without a
 * lock held, by the thread that takes the snapshot and by the limits when they run out.
 */
final class Handshake implements Quiescing {

  private final GuestAgent agent;
  private final QuiesceOptions options;
  private final QuiesceLimits limits;
  private final QuiesceFaults faults;
  private final Clock clock;
  private final Timers timers;
  private final Consumer<Handshake> closed;
  private final Trace trace;
  private final Ear ear = new Ear();
  private final CompletableFuture<Void> frozen = new CompletableFuture<>();
  private final CompletableFuture<Void> described = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  private Phase phase = new Phase.Over(Optional.empty());
  private Timers.@Nullable Timer silence;
  private Timers.@Nullable Timer total;
  private Timers.@Nullable Timer hold;
  private Timers.@Nullable Timer cleanUp;
  private @Nullable Instant frozenAt;
  private @Nullable Instant thawedAt;
  private @Nullable BackupEvent manifest;

  Handshake(
      GuestAgent agent,
      QuiesceOptions options,
      QuiesceLimits limits,
      QuiesceFaults faults,
      Clock clock,
      Timers timers,
      Consumer<Handshake> closed) {
    this.agent = agent;
    this.options = options;
    this.limits = limits;
    this.faults = faults;
    this.clock = clock;
    this.timers = timers;
    this.closed = closed;
    this.trace = new Trace(clock);
  }

  Trace trace() {
    return trace;
  }

  @Override
  public boolean isWanted() {
    return true;
  }

  @Override
  public void freeze() {
    synchronized (this) {
      phase = new Phase.Freezing();
      listen();
      total = timers.after(options.timeout(), () -> giveUp(new Failure.TimedOut()));
    }
    answered("vmbackup.start", agent.start(options, ear)).ifPresent(this::end);
    await(frozen);
    failure()
        .ifPresent(failure -> {
          await(over);
          throw faults.of(failure);
        });
  }

  @Override
  public void thaw() {
    synchronized (this) {
      cancel(hold);
      thawedAt = clock.now();
      if (!(phase instanceof Phase.Frozen)) {
        return;
      }
      phase = new Phase.Thawing();
      listen();
    }
    Reply reply = agent.snapshotDone();
    Optional<Failure> failure = answered("vmbackup.snapshotDone", reply);
    if (reply instanceof Reply.Refused refused) {
      end(new Failure.NotFrozen(refused.text()));
    } else {
      failure.ifPresent(this::end);
    }
  }

  @Override
  public QuiesceResult finish() {
    boolean waits = options.vss().isPresent();
    Optional<QuiesceResult.Manifest> archive = waits ? complete() : Optional.empty();
    await(over);
    Optional<Failure> failure = failure();
    if (failure.isPresent()) {
      throw faults.of(failure.get());
    }
    // Others have said their last word by now: a file that hangs takes nothing back.
    return new QuiesceResult(
        agent.consistency(options), window(), waits ? archive : readManifest(), trace.steps(), 0);
  }

  /** Windows ends when it hears that its manifests are read. */
  private Optional<QuiesceResult.Manifest> complete() {
    await(described);
    Optional<QuiesceResult.Manifest> archive = readManifest();
    if (failure().isEmpty() && !over.isDone()) {
      answered("vmbackup.snapshotCompleted", agent.snapshotCompleted());
    }
    return archive;
  }

  private synchronized Optional<QuiesceResult.Window> window() {
    return frozenAt == null || thawedAt == null
        ? Optional.empty()
        : Optional.of(new QuiesceResult.Window(frozenAt, thawedAt));
  }

  private Optional<QuiesceResult.Manifest> readManifest() {
    BackupEvent event;
    synchronized (this) {
      event = manifest;
    }
    if (event == null) {
      return Optional.empty();
    }
    byte[] content = agent.read(event.text());
    return content.length == 0
        ? Optional.empty()
        : Optional.of(
            new QuiesceResult.Manifest(event.name().equals(BackupEvent.MANIFEST), content));
  }

  @Override
  public void close() {
    if (!isOver()) {
      giveUp(new Failure.GivenUp());
      try {
        timers.await(over);
      } catch (InterruptedException stopped) {
        // The guest was told to thaw; nobody waits for it any more.
        Thread.currentThread().interrupt();
      }
    }
    synchronized (this) {
      cancelTimers();
    }
    trace.end(failure());
    closed.accept(this);
  }

  /** Ends it early, on another thread than the one that waits for the guest. */
  void giveUp() {
    giveUp(new Failure.GivenUp());
  }

  /** Tells the guest to thaw, and goes on listening until it has. */
  private void giveUp(Failure failure) {
    synchronized (this) {
      if (phase instanceof Phase.Over) {
        return;
      }
      move(phase.failed(failure));
    }
    if (answered("vmbackup.abort", agent.abort()).isPresent()) {
      end(failure);
    }
  }

  /** The guest says nothing more: whatever it does, it does by its own limits. */
  private void lose(String reason) {
    boolean wasOver = isOver();
    end(new Failure.Lost(reason));
    if (!wasOver) {
      answered("vmbackup.abort", agent.abort());
    }
  }

  private synchronized void end(Failure failure) {
    Phase failed = phase.failed(failure);
    move(
        failed instanceof Phase.Failing failing
            ? new Phase.Over(Optional.of(failing.failure()))
            : failed);
  }

  /** Notes a request with its answer. Answers the failure that it amounts to, if it does. */
  private Optional<Failure> answered(String request, Reply reply) {
    return switch (reply) {
      case Reply.Ok ok -> {
        trace.add(HOST, request, 0, ok.text());
        yield Optional.empty();
      }
      case Reply.Refused refused -> {
        trace.add(HOST, request, 1, refused.text());
        yield Optional.of(new Failure.Reported(BackupEvent.UNEXPECTED_ERROR, refused.text()));
      }
      case Reply.Lost lost -> {
        trace.add(HOST, request, 1, lost.reason());
        yield Optional.of(new Failure.Lost(lost.reason()));
      }
    };
  }

  private synchronized Optional<Failure> failure() {
    return switch (phase) {
      case Phase.Failing failing -> Optional.of(failing.failure());
      case Phase.Over ended -> ended.failure();
      default -> Optional.empty();
    };
  }

  private synchronized boolean isOver() {
    return phase instanceof Phase.Over;
  }

  private void await(CompletableFuture<Void> outcome) {
    try {
      timers.await(outcome);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the server stops");
    }
  }

  /** Changes the phase and tells those who wait for it. */
  private synchronized void move(Phase next) {
    phase = next;
    switch (next) {
      case Phase.Frozen now when frozenAt == null -> {
        frozenAt = clock.now();
        if (options.vss().isPresent()) {
          hold = timers.after(limits.vssHold(), () -> giveUp(new Failure.HeldTooLong()));
        }
        frozen.complete(null);
      }
      case Phase.Failing failing -> {
        if (cleanUp == null) {
          // No event renews it: a guest that only says that it lives would keep the machine.
          cleanUp = timers.after(limits.cleanUp(), () -> end(failing.failure()));
        }
        frozen.complete(null);
        described.complete(null);
      }
      case Phase.Over ended -> {
        cancelTimers();
        frozen.complete(null);
        described.complete(null);
        over.complete(null);
      }
      default -> {
        // Nobody waits for it.
      }
    }
  }

  /** Begins to wait for the next event (rule A35). */
  private synchronized void listen() {
    cancel(silence);
    Duration limit = limits.silence();
    silence =
        timers.after(
            limit, () -> lose("The guest has been silent for " + limit.toSeconds() + " s."));
  }

  private void cancelTimers() {
    cancel(silence);
    cancel(total);
    cancel(hold);
    cancel(cleanUp);
  }

  private static void cancel(Timers.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Takes what the agent reports. */
  private final class Ear implements BackupListener {

    @Override
    public boolean accept(BackupEvent event) {
      synchronized (Handshake.this) {
        boolean taken = !(phase instanceof Phase.Over) && phase.takes(event);
        trace.add(GUEST, event.name(), event.code(), event.text());
        if (!taken) {
          return false;
        }
        listen();
        move(phase.after(event));
        if (event.name().equals(BackupEvent.MANIFEST)
            || event.name().equals(BackupEvent.GENERIC_MANIFEST)) {
          manifest = event;
          described.complete(null);
        }
        return true;
      }
    }

    @Override
    public void lost(String reason) {
      lose(reason);
    }
  }
}
