package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A machine's snapshot list, {@code .vmsd}: which snapshots there are, and which one the running
 * state hangs from.
 *
 * <p>Immutable. What stands in the file, and in which order, is told by {@link VmsdText}.
 *
 * <p>Refused with a {@link BlockError}: CORRUPT for a list that contradicts itself, NOT_THIS_FORMAT
 * for a text without any snapshot key, UNSUPPORTED for more than 1 MiB or 4,096 snapshots.
 *
 * @param lastUid the highest uid ever given, never lowered
 * @param currentUid the snapshot the running state hangs from, 0 for none
 * @param needConsolidate true while files of removed snapshots are still in the chain
 * @param snapshots in the order of the file
 */
public record Vmsd(
    int lastUid, int currentUid, boolean needConsolidate, List<SnapshotEntry> snapshots) {

  /** The list of a machine that never had a snapshot. */
  public static final Vmsd EMPTY = new Vmsd(0, 0, false, List.of());

  public Vmsd {
    snapshots = List.copyOf(snapshots);
    Map<Integer, SnapshotEntry> byUid = new HashMap<>();
    for (SnapshotEntry snapshot : snapshots) {
      if (snapshot.uid() > lastUid) {
        throw new IllegalArgumentException(
            "Snapshot uid " + snapshot.uid() + " is above the last one given, " + lastUid);
      }
      if (byUid.put(snapshot.uid(), snapshot) != null) {
        throw new IllegalArgumentException("Snapshot uid " + snapshot.uid() + " stands twice");
      }
    }
    if (lastUid < 0 || (currentUid != 0 && !byUid.containsKey(currentUid))) {
      throw new IllegalArgumentException(
          "The current snapshot's uid " + currentUid + " (of " + lastUid + ") names no snapshot");
    }
    refuseBrokenTree(byUid);
  }

  private static void refuseBrokenTree(Map<Integer, SnapshotEntry> byUid) {
    Set<Integer> rooted = new HashSet<>();
    for (SnapshotEntry start : byUid.values()) {
      Set<Integer> walked = new HashSet<>();
      SnapshotEntry at = start;
      while (at.parent() != 0 && !rooted.contains(at.uid())) {
        SnapshotEntry parent = byUid.get(at.parent());
        if (parent == null || !walked.add(at.uid())) {
          throw new IllegalArgumentException(
              "Snapshot uid "
                  + at.uid()
                  + " has the parent "
                  + at.parent()
                  + (parent == null ? ", which does not exist" : ", which descends from it"));
        }
        at = parent;
      }
      rooted.addAll(walked);
      rooted.add(start.uid());
    }
  }

  /** Reads a file; an empty one is the list without snapshots. */
  public static Vmsd parse(byte[] file) {
    return parse(KeyValueText.decode(file));
  }

  /** Reads a text; an empty one is the list without snapshots. */
  public static Vmsd parse(String text) {
    return VmsdText.parse(text);
  }

  public String text() {
    return VmsdText.text(this);
  }

  /** The text as a file. */
  public byte[] bytes() {
    return KeyValueText.encode(text());
  }

  /** The uid for the next snapshot. */
  public int nextUid() {
    return Math.addExact(lastUid, 1);
  }

  public Optional<SnapshotEntry> find(int uid) {
    return snapshots.stream().filter(snapshot -> snapshot.uid() == uid).findFirst();
  }

  /** The snapshots taken on {@code uid}, or the roots for 0. */
  public List<SnapshotEntry> childrenOf(int uid) {
    return snapshots.stream().filter(snapshot -> snapshot.parent() == uid).toList();
  }

  /** The uid and all that descends from it. */
  public Set<Integer> subtreeOf(int uid) {
    Set<Integer> subtree = new HashSet<>(Set.of(uid));
    boolean grown = true;
    while (grown) {
      grown = false;
      for (SnapshotEntry snapshot : snapshots) {
        grown |= subtree.contains(snapshot.parent()) && subtree.add(snapshot.uid());
      }
    }
    return subtree;
  }

  /** With a new snapshot, which becomes the current one; its uid must be fresh. */
  public Vmsd withAdded(SnapshotEntry snapshot) {
    if (snapshot.uid() <= lastUid) {
      throw new IllegalArgumentException(
          "Snapshot uid " + snapshot.uid() + " was given before: the last one was " + lastUid);
    }
    List<SnapshotEntry> more = new ArrayList<>(snapshots);
    more.add(snapshot);
    return new Vmsd(snapshot.uid(), snapshot.uid(), needConsolidate, more);
  }

  /**
   * Without one snapshot: its children, and the running state if it hung there, move to its parent.
   */
  public Vmsd withRemoved(int uid) {
    int parent = existing(uid).parent();
    List<SnapshotEntry> rest = new ArrayList<>();
    for (SnapshotEntry snapshot : snapshots) {
      if (snapshot.uid() != uid) {
        rest.add(snapshot.parent() == uid ? snapshot.withParent(parent) : snapshot);
      }
    }
    return new Vmsd(lastUid, currentUid == uid ? parent : currentUid, needConsolidate, rest);
  }

  /**
   * Without a snapshot and all that descends from it; a running state inside moves to the
   * snapshot's parent.
   */
  public Vmsd withSubtreeRemoved(int uid) {
    int parent = existing(uid).parent();
    Set<Integer> gone = subtreeOf(uid);
    return new Vmsd(
        lastUid,
        gone.contains(currentUid) ? parent : currentUid,
        needConsolidate,
        snapshots.stream().filter(snapshot -> !gone.contains(snapshot.uid())).toList());
  }

  /** Without any snapshot. */
  public Vmsd withAllRemoved() {
    return new Vmsd(lastUid, 0, needConsolidate, List.of());
  }

  /** With the running state hanging from {@code uid}, 0 for none. */
  public Vmsd withCurrent(int uid) {
    return new Vmsd(lastUid, uid, needConsolidate, snapshots);
  }

  /** With {@code snapshot} in the place of the one that has its uid. */
  public Vmsd withReplaced(SnapshotEntry snapshot) {
    existing(snapshot.uid());
    return withEach(old -> old.uid() == snapshot.uid() ? snapshot : old);
  }

  /**
   * With another file name for a disk wherever it stands: what a merge into the parent's file
   * needs.
   */
  public Vmsd withDiskFile(String from, String to) {
    return withEach(snapshot ->
        snapshot.withDisks(
            snapshot.disks().stream()
                .map(
                    disk -> disk.fileName().equals(from) ? new SnapshotDisk(disk.node(), to) : disk)
                .toList()));
  }

  private Vmsd withEach(UnaryOperator<SnapshotEntry> change) {
    return new Vmsd(lastUid, currentUid, needConsolidate, snapshots.stream().map(change).toList());
  }

  private SnapshotEntry existing(int uid) {
    return find(uid)
        .orElseThrow(
            () -> new IllegalArgumentException("There is no snapshot with the uid " + uid));
  }
}
