package dev.vcsnap.lease;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.session.Session;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.HttpNfcLeaseMode;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Timedout;
import dev.vcsnap.vim.VimException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code HttpNfcLease}: its state, what clients see of it, and the files that it offers while
 * it is ready.
 *
 * <p>It lives until its client completes or aborts it, or is silent for too long. When it has
 * ended, and before clients see that, everything that it held is free.
 */
final class Lease {

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final long LOOK_AT_CLOCK_EVERY_SECONDS = 1;

  private final LeaseView view;
  private final Clock clock;
  private final LeaseTerms terms;
  private final CountDownLatch whenEnded = new CountDownLatch(1);
  private HttpNfcLeaseState state = HttpNfcLeaseState.initializing;
  private @Nullable Offer offer;
  private TaskBody.@Nullable Progress task;
  private @Nullable VimException error;
  private Instant heardAt;
  private @Nullable Instant endedAt;
  private boolean pulling;

  /** Makes a lease that nobody sees before {@link #show}. */
  Lease(LeaseView view, Clock clock, LeaseTerms terms) {
    this.view = view;
    this.clock = clock;
    this.terms = terms;
    this.heardAt = clock.now();
  }

  ManagedObjectReference reference() {
    return view.reference();
  }

  LeaseTerms terms() {
    return terms;
  }

  boolean isOf(Session session) {
    return terms.session().id().equals(session.id());
  }

  void show() {
    view.begin(terms.kind());
  }

  /**
   * Makes the lease ready and keeps it until it ends, as the work of its task: that runs for as
   * long as the lease is held.
   *
   * @param alone whether the machine is blocked meanwhile
   * @param prepare opens the files, with the machine for itself
   * @throws VimException why the lease failed
   */
  void hold(TaskBody.Progress progress, boolean alone, Function<TaskBody.Progress, Offer> prepare) {
    synchronized (this) {
      task = progress;
    }
    offer(progress, alone, prepare);
    try {
      while (!whenEnded.await(LOOK_AT_CLOCK_EVERY_SECONDS, TimeUnit.SECONDS)) {
        expireIfDue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(LeaseFaults.canceled("The server stops."));
    }
    synchronized (this) {
      if (error != null) {
        throw error;
      }
    }
  }

  private void offer(
      TaskBody.Progress progress, boolean alone, Function<TaskBody.Progress, Offer> prepare) {
    Offer prepared;
    try {
      prepared = prepare.apply(progress);
    } catch (RuntimeException failure) {
      fail(LeaseFaults.translate(failure));
      throw failure;
    }
    if (!alone) {
      // Before anybody sees that the lease is ready: whoever does may use the machine.
      progress.letGo();
    }
    boolean wanted;
    synchronized (this) {
      wanted = state == HttpNfcLeaseState.initializing;
      if (wanted) {
        offer = prepared;
        state = HttpNfcLeaseState.ready;
        heardAt = clock.now();
        view.ready(terms.describe(reference(), prepared));
      }
    }
    if (!wanted) {
      prepared.files().forEach(this::letGo);
      undo(prepared.outcome());
    }
  }

  /** Notes how far the client is, and that it is alive. */
  synchronized void progress(int percent) {
    expireIfDue();
    requireAlive();
    heardAt = clock.now();
    show(percent);
  }

  private void show(int percent) {
    view.progress(percent);
    if (task != null) {
      task.percent(percent);
    }
  }

  /**
   * Refuses what only an import that is ready does.
   *
   * @throws dev.vcsnap.vim.VimException InvalidState
   */
  synchronized void requireImport() {
    expireIfDue();
    requireReady();
    if (terms.kind() != LeaseKind.IMPORT) {
      throw Faults.invalidState("An export takes no files.");
    }
  }

  /**
   * Begins to fetch files for the client, who may be silent until {@link #endPull}: clients wait
   * for the task of the fetching and do nothing else.
   */
  synchronized void beginPull() {
    requireImport();
    if (pulling) {
      throw Faults.invalidState("Files are being fetched for the lease already.");
    }
    pulling = true;
  }

  /** Shows clients that files are fetched now. */
  synchronized void showPull() {
    if (endedAt == null) {
      view.mode(HttpNfcLeaseMode.pull);
    }
  }

  /** Notes how far the fetching is. */
  synchronized void pulled(int percent) {
    if (endedAt == null) {
      show(percent);
    }
  }

  synchronized void endPull() {
    pulling = false;
    heardAt = clock.now();
  }

  /** The disk of an import that a client names as the specification does, or by its device. */
  synchronized Optional<ImportedDisk> target(String deviceId) {
    for (LeasedFile file : offered()) {
      if (file instanceof ImportedDisk disk
          && (file.address().importKey().equals(deviceId) || file.key().equals(deviceId))) {
        return Optional.of(disk);
      }
    }
    return Optional.empty();
  }

  /**
   * The client is done.
   *
   * @throws VimException InvalidState while files are fetched, or sent; what kept its work from
   *     being kept, which is undone then
   */
  void complete() {
    expireIfDue();
    synchronized (this) {
      requireReady();
      if (pulling) {
        throw Faults.invalidState("Files are being fetched for the lease.");
      }
      sealDisks();
    }
    end(HttpNfcLeaseState.done, null);
    synchronized (this) {
      if (error != null) {
        throw error;
      }
    }
  }

  /** From here on nobody changes what is to be kept, whoever has its address. */
  private void sealDisks() {
    List<ImportedDisk> sealed = new ArrayList<>();
    for (LeasedFile file : offered()) {
      if (file instanceof ImportedDisk disk) {
        if (!disk.seal()) {
          sealed.forEach(ImportedDisk::unseal);
          throw Faults.invalidState(
              "The transfer of " + file.targetId() + " did not come to its end.");
        }
        sealed.add(disk);
      }
    }
  }

  /** The client gives up. */
  void abort(VimException reason) {
    expireIfDue();
    synchronized (this) {
      requireAlive();
    }
    fail(reason);
  }

  /** Ends the lease with an error; harmless when it ended before. */
  void fail(VimException reason) {
    end(HttpNfcLeaseState.error, reason);
  }

  /** Ends the lease if it was ready, and its client was silent for too long. */
  void expireIfDue() {
    if (left().isNegative()) {
      fail(LeaseFaults.timedOut(terms.timeout()));
    }
  }

  private synchronized Duration left() {
    return state == HttpNfcLeaseState.ready && !pulling
        ? Duration.between(clock.now(), heardAt.plus(terms.timeout()))
        : Duration.ZERO;
  }

  private void end(HttpNfcLeaseState as, @Nullable VimException reason) {
    Offer ended;
    TaskBody.Progress holder;
    synchronized (this) {
      if (endedAt != null) {
        return;
      }
      endedAt = clock.now();
      state = as;
      error = reason;
      ended = offer;
      holder = task;
    }
    try {
      if (ended != null) {
        ended.files().forEach(this::letGo);
        settle(ended.outcome());
      }
    } finally {
      publishEnd(holder);
    }
  }

  /** Whatever happened to what was held: the machine is free, and the task ends. */
  private void publishEnd(TaskBody.@Nullable Progress holder) {
    try {
      if (holder != null) {
        holder.letGo();
      }
      synchronized (this) {
        view.end(state, error);
      }
    } finally {
      whenEnded.countDown();
    }
  }

  /** Whatever happens to one of the files, the machine shall not stay blocked. */
  private void letGo(LeasedFile file) {
    try {
      file.close();
    } catch (RuntimeException failure) {
      LOG.error("{} of {} was not closed cleanly", file.targetId(), reference(), failure);
    }
  }

  /** What cannot be kept is undone, and what cannot be undone goes at the next start. */
  private void settle(Offer.Outcome outcome) {
    try {
      if (error == null) {
        outcome.kept();
        return;
      }
    } catch (RuntimeException failure) {
      synchronized (this) {
        state = HttpNfcLeaseState.error;
        error = LeaseFaults.translate(failure);
      }
    }
    undo(outcome);
  }

  private void undo(Offer.Outcome outcome) {
    try {
      outcome.undone();
    } catch (RuntimeException failure) {
      LOG.error("What {} began cannot be undone", reference(), failure);
    }
  }

  /** When the lease ended; empty while it lives. */
  synchronized Optional<Instant> endedAt() {
    return Optional.ofNullable(endedAt);
  }

  /** The files, while the lease is ready. */
  synchronized List<? extends LeasedFile> files() {
    expireIfDue();
    requireReady();
    return offered();
  }

  /** The file of that name; empty if there is none, or none any more. */
  synchronized Optional<LeasedFile> file(String targetId) {
    expireIfDue();
    if (state != HttpNfcLeaseState.ready) {
      return Optional.empty();
    }
    for (LeasedFile file : offered()) {
      if (file.targetId().equals(targetId)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private List<? extends LeasedFile> offered() {
    return offer == null ? List.of() : offer.files();
  }

  private void requireReady() {
    requireAlive();
    if (state != HttpNfcLeaseState.ready) {
      throw Faults.invalidState("The lease is not ready yet.");
    }
  }

  private void requireAlive() {
    if (error != null && error.fault() instanceof Timedout) {
      throw LeaseFaults.timedOut(terms.timeout());
    }
    if (endedAt != null) {
      throw Faults.invalidState("The lease has ended already.");
    }
  }
}
