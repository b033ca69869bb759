package dev.vcsnap.guest.simulated;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Holds nothing still: only the scripts run (rule A46). */
final class NullProvider implements SyncProvider {

  @Override
  public CompletableFuture<Boolean> freeze() {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public void thaw() {}

  @Override
  public Optional<Document> manifest() {
    return Optional.empty();
  }
}
