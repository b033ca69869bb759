package dev.vcsnap.alarm;

/** What may be wrong with a machine's snapshots, and the ids of the events that say so. */
enum SnapshotProblem {
  OLD("Old", "No snapshot is older than the limit any more"),
  DEEP("ChainDeep", "The running disks depend on no more snapshots than the limit any more"),
  LARGE("DeltaLarge", "No delta disk is larger than the limit any more");

  private static final String PREFIX = "dev.vcsnap.Snapshot";

  private final String id;
  private final String endWords;

  SnapshotProblem(String id, String endWords) {
    this.id = id;
    this.endWords = endWords;
  }

  /** The event that says that the problem is there. */
  String beginning() {
    return PREFIX + id;
  }

  /** The event that says that it is over. */
  String end() {
    return PREFIX + "No" + id;
  }

  String endWords() {
    return endWords;
  }

  /**
   * A problem of one machine.
   *
   * @param words what a person should read
   */
  record Found(SnapshotProblem problem, String words) {}
}
