package dev.vcsnap.quiesce;

/**
 * What an agent reports of its work: {@code vmbackup.eventSet name code text} (rule A31).
 *
 * @param name one of the names below
 * @param code 0 for success, or one of the codes below
 * @param text for people, or what the event is about, such as a path in the guest
 */
public record BackupEvent(String name, int code, String text) {

  /** The operation has begun. */
  public static final String RESET = "reset";

  /** Nothing new, and all is well; at least each five seconds. */
  public static final String KEEP_ALIVE = "req.keepAlive";

  /** Something failed; the guest is thawing, or never froze. */
  public static final String ERROR = "req.error";

  /** The operation was cancelled, by the host or by the guest's own time limit. */
  public static final String ABORTED = "req.aborted";

  /** The operation is over, well or not: always the last event. */
  public static final String DONE = "req.done";

  /** Windows: the backup components document and those of the writers can be read. */
  public static final String MANIFEST = "req.manifest";

  /** Linux: the text is the path of {@code quiesce_manifest.xml} in the guest. */
  public static final String GENERIC_MANIFEST = "req.genericManifest";

  /** Windows: a writer failed; the text says which. */
  public static final String WRITER_ERROR = "req.writerError";

  /** Windows: the provider was told to prepare. */
  public static final String PREPARE = "prov.snapshotPrepare";

  /** The guest is frozen: the host is to switch the disks and then to say that it is done. */
  public static final String COMMIT = "prov.snapshotCommit";

  /** Windows: the provider was told to give up. */
  public static final String PROVIDER_ABORT = "prov.snapshotAbort";

  public static final int SUCCESS = 0;
  public static final int INVALID_STATE = 1;
  public static final int SCRIPT_ERROR = 2;
  public static final int SYNC_ERROR = 3;
  public static final int REMOTE_ABORT = 4;
  public static final int UNEXPECTED_ERROR = 5;
}
