package dev.vcsnap.datastore;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * One snapshot of the list.
 *
 * @param uid identity, given once and never again
 * @param parent the uid of the snapshot it was taken on, 0 for a root
 * @param displayName name that users see; need not be unique
 * @param description free text, empty when there is none
 * @param createTime to the microsecond
 * @param vmsnFileName the state file, {@code VM-Snapshot1.vmsn}
 * @param disks the frozen disks
 * @param type what real hosts write on some snapshots, meaning not published; 0 when absent
 */
public record SnapshotEntry(
    int uid,
    int parent,
    String displayName,
    String description,
    Instant createTime,
    String vmsnFileName,
    List<SnapshotDisk> disks,
    int type) {

  public SnapshotEntry {
    if (uid < 1 || parent < 0 || parent == uid || type < 0) {
      throw new IllegalArgumentException(
          "Snapshot " + uid + " with parent " + parent + " and type " + type + " cannot be");
    }
    try {
      createTime = timeOf(ChronoUnit.MICROS.between(Instant.EPOCH, createTime));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "Snapshot " + uid + ": the time " + createTime + " does not fit 64 bits of microseconds",
          e);
    }
    disks = List.copyOf(disks);
  }

  /** The creation time as the file holds it, microseconds since 1970. */
  long createTimeMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, createTime);
  }

  static Instant timeOf(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  public SnapshotEntry withParent(int newParent) {
    return new SnapshotEntry(
        uid, newParent, displayName, description, createTime, vmsnFileName, disks, type);
  }

  /** The same snapshot under another name. */
  public SnapshotEntry withName(String newName, String newDescription) {
    return new SnapshotEntry(
        uid, parent, newName, newDescription, createTime, vmsnFileName, disks, type);
  }

  public SnapshotEntry withDisks(List<SnapshotDisk> newDisks) {
    return new SnapshotEntry(
        uid, parent, displayName, description, createTime, vmsnFileName, newDisks, type);
  }
}
