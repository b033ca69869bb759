package dev.vcsnap.guest.simulated;

import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** VMware Tools in a simulated guest: takes one operation at a time. */
final class SimulatedAgent implements GuestAgent {

  private final GuestSystem system;
  private @Nullable Operation current;
  private @Nullable SyncProvider provider;

  SimulatedAgent(GuestSystem system) {
    this.system = system;
  }

  @Override
  public Reply start(QuiesceOptions options, BackupListener listener) {
    Operation operation;
    synchronized (this) {
      if (current != null && !current.isIdle()) {
        return new Reply.Refused("Quiesce operation already in progress.");
      }
      Optional<SyncProvider> chosen = provider(options);
      if (chosen.isEmpty()) {
        return new Reply.Refused("Error initializing quiesce operation.");
      }
      provider = chosen.get();
      operation = system.operation(options, chosen.get(), listener);
      current = operation;
    }
    return operation.start();
  }

  private Optional<SyncProvider> provider(QuiesceOptions options) {
    if (options.quiesceFs()) {
      return system.provider(options);
    }
    return options.quiesceApps() ? Optional.empty() : Optional.of(new NullProvider());
  }

  @Override
  public Reply snapshotDone() {
    Operation operation = current();
    return operation == null ? idle() : operation.snapshotDone();
  }

  @Override
  public Reply snapshotCompleted() {
    Operation operation = current();
    return operation == null
        ? new Reply.Refused("Error: no quiesce complete in progress")
        : operation.snapshotCompleted();
  }

  @Override
  public Reply abort() {
    Operation operation = current();
    return operation == null ? idle() : operation.abort();
  }

  @Override
  public Consistency consistency(QuiesceOptions options) {
    return system.consistency(options);
  }

  @Override
  public byte[] read(String guestPath) {
    SyncProvider last;
    synchronized (this) {
      last = provider;
    }
    return last == null
        ? new byte[0]
        : last.manifest()
            .filter(document -> document.path().equals(guestPath))
            .map(SyncProvider.Document::content)
            .orElse(new byte[0]);
  }

  private synchronized @Nullable Operation current() {
    return current;
  }

  private static Reply idle() {
    return new Reply.Refused("Error: no quiesce operation in progress");
  }
}
