package dev.vcsnap.inventory;

/** Under which names a snapshot's state file keeps what vSphere's own files have no place for. */
public final class SnapshotDetails {

  /** What a restored copy begins with: {@code crash}, {@code fileSystem} or {@code application}. */
  public static final String CONSISTENCY = "consistency";

  /** When the guest's disks began to stand still, and when it was told to go on; ISO 8601. */
  public static final String FROZEN_FROM = "frozenFrom";

  public static final String FROZEN_UNTIL = "frozenUntil";

  /** How many writes arrived in between. */
  public static final String FROZEN_WRITES = "frozenWrites";

  /** Who said what in the handshake with the guest. */
  public static final String HANDSHAKE = "handshake";

  /** The name of the file that says what the guest froze, in the machine's folder. */
  public static final String MANIFEST = "manifest";

  private SnapshotDetails() {}
}
