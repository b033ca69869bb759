package dev.vcsnap.guest.simulated;

import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.QuiesceOptions;
import java.util.Optional;

/** The operating system of a simulated guest, as far as Tools have to do with it. */
interface GuestSystem {

  /** What will hold the file systems still; empty where the guest is set up to have nothing. */
  Optional<SyncProvider> provider(QuiesceOptions options);

  /** An operation that has not begun. */
  Operation operation(QuiesceOptions options, SyncProvider provider, BackupListener host);

  /** What a snapshot has that was taken while it was frozen with those options. */
  Consistency consistency(QuiesceOptions options);
}
