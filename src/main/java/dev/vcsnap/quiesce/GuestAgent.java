package dev.vcsnap.quiesce;

/**
 * What freezes and thaws a guest when the host says so: VMware Tools with their vmbackup service,
 * or what stands in for them.
 *
 * <p>It does one operation at a time and has its own time limit, after which it thaws by itself, so
 * that a host that is gone leaves no guest frozen. A call returns when the agent has answered the
 * request, not when it has done it; what it does it reports as {@linkplain BackupEvent events}.
 * Every call returns within seconds: an agent that does not answer is {@link Reply.Lost}.
 *
 * <p>The texts that answers carry are those of open-vm-tools 12.2 (rules A30, A34).
 */
public interface GuestAgent {

  /**
   * Starts to freeze: {@code vmbackup.start} or {@code vmbackup.startWithOpts}. After an OK the
   * listener gets the events of this operation, the first of them possibly before this call
   * returns, the last is {@link BackupEvent#DONE}.
   */
  Reply start(QuiesceOptions options, BackupListener listener);

  /**
   * The disks have been switched, the guest may thaw: {@code vmbackup.snapshotDone}. An error when
   * it is not frozen (any more).
   */
  Reply snapshotDone();

  /**
   * The snapshot is there and its manifests are read: {@code vmbackup.snapshotCompleted}. Windows
   * waits for it before it ends.
   */
  Reply snapshotCompleted();

  /** Cancels the operation in any state: {@code vmbackup.abort}. A frozen guest thaws. */
  Reply abort();

  /**
   * What this agent vouches for once it froze with those options. Hooks whose outcome it cannot see
   * do not count.
   */
  default Consistency consistency(QuiesceOptions options) {
    if (!options.quiesceFs()) {
      return Consistency.CRASH;
    }
    return options.quiesceApps() && options.execScripts()
        ? Consistency.APPLICATION
        : Consistency.FILE_SYSTEM;
  }

  /**
   * Reads a file that an event named, such as the manifest.
   *
   * @return what is in it, at most 16 MiB; empty bytes when the agent cannot give it
   */
  default byte[] read(String guestPath) {
    return new byte[0];
  }
}
