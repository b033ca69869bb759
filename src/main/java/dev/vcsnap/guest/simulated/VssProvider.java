package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.quiesce.VssOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Windows: Tools as a requester of the Volume Shadow Copy Service. The writers freeze, then the
 * volumes are flushed and held, for ten seconds at most (rules A38, A50).
 */
final class VssProvider implements SyncProvider {

  private static final String MANIFEST_PATH = "C:\\Windows\\Temp\\vmware\\vss_manifests.zip";

  private final Timers timers;
  private final Behaviour behaviour;
  private final Freezable fileSystems;
  private final VssWriters writers;
  private final boolean withWriters;
  private final VssOptions options;
  private final Duration holdMax;

  private boolean held;
  private Timers.@Nullable Timer release;
  private Optional<String> failure = Optional.empty();

  /**
   * Makes the provider of one shadow copy.
   *
   * @param withWriters false for file systems alone
   */
  VssProvider(
      Timers timers,
      Behaviour behaviour,
      Freezable fileSystems,
      VssWriters writers,
      boolean withWriters,
      VssOptions options,
      Duration holdMax) {
    this.timers = timers;
    this.behaviour = behaviour;
    this.fileSystems = fileSystems;
    this.writers = writers;
    this.withWriters = withWriters;
    this.options = options;
    this.holdMax = holdMax;
  }

  @Override
  public CompletableFuture<Boolean> freeze() {
    CompletableFuture<Optional<String>> frozen =
        withWriters
            ? writers.freeze(behaviour)
            : CompletableFuture.completedFuture(Optional.empty());
    return frozen.thenCompose(failed -> {
      synchronized (this) {
        failure = failed;
      }
      return failed.isPresent() ? CompletableFuture.completedFuture(false) : flush();
    });
  }

  private CompletableFuture<Boolean> flush() {
    var outcome = new CompletableFuture<Boolean>();
    timers.after(behaviour.time("flush"), () -> outcome.complete(hold()));
    return outcome;
  }

  private boolean hold() {
    if (behaviour.has("freeze-fails")) {
      return false;
    }
    try {
      fileSystems.freeze();
    } catch (RuntimeException unable) {
      return false;
    }
    synchronized (this) {
      held = true;
      release = timers.after(holdMax, this::releaseOverdue);
    }
    return true;
  }

  private void releaseOverdue() {
    synchronized (this) {
      held = false;
    }
    fileSystems.thaw();
    writers.thaw(false);
  }

  @Override
  public synchronized boolean isHeld() {
    return held;
  }

  @Override
  public synchronized Optional<String> failure() {
    return failure;
  }

  @Override
  public void thaw() {
    synchronized (this) {
      held = false;
      if (release != null) {
        release.cancel();
      }
    }
    fileSystems.thaw();
    writers.thaw(true);
  }

  @Override
  public void complete() {
    writers.complete();
  }

  @Override
  public Optional<Document> manifest() {
    return Optional.of(new Document(MANIFEST_PATH, VssManifests.zip(options, withWriters)));
  }
}
