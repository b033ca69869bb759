package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.crash.FileTree;
import dev.vcsnap.disk.crash.RecordingFiles;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A disk whose file changes are recorded, with what a machine keeps beside it: one small file that
 * names the leaf, and one that names the frozen link of each snapshot. It does what the snapshot
 * operations do, in their order, and knows what every power loss must leave.
 */
final class RecordedDisk {

  static final Path DIRECTORY = Path.of("/disk");
  static final Path RUNNING = DIRECTORY.resolve("VM.vmx");
  static final Path SNAPSHOTS = DIRECTORY.resolve("VM.vmsd");

  /** A version of the file that names the leaf, and the history that this leaf continues. */
  record Running(int begun, String text, Timeline timeline) {}

  /** What a snapshot must read as. */
  record Frozen(Timeline timeline, int writes, byte[] content, int complete) {}

  /** A named moment of change tracking, and the bytes at that moment. */
  record Moment(ChangeId id, byte[] content, int complete) {}

  final RecordingFiles files;
  final List<Running> running = new ArrayList<>();
  final Map<String, Frozen> frozen = new HashMap<>();
  final List<Moment> moments = new ArrayList<>();
  final List<String> story = new ArrayList<>();
  final List<Integer> storyAt = new ArrayList<>();
  private final DiskFactory factory;
  private final DeltaKind kind;
  private final LinkedHashMap<String, Path> snapshots = new LinkedHashMap<>();
  private final Map<Path, Path> parents = new HashMap<>();
  private Timeline timeline;
  private RunningDisk disk;
  private int lastNumber;
  private int lastSnapshot;

  RecordedDisk(int sizeBytes, DeltaKind kind) {
    this.kind = kind;
    this.files = RecordingFiles.inMemory(new FileTree());
    this.factory = new DiskFactory(new Ids(new Dice(42)), new SystemClock(), files);
    Path base = DIRECTORY.resolve("VM.vmdk");
    factory.createFlat(base, sizeBytes, true);
    this.timeline = new Timeline(new byte[sizeBytes]);
    this.disk = factory.open(base, OpenMode.READ_WRITE);
    nameSnapshots();
    nameLeaf(base);
  }

  RunningDisk disk() {
    return disk;
  }

  int sizeBytes() {
    return timeline.sizeBytes();
  }

  int snapshotCount() {
    return snapshots.size();
  }

  void tell(String step) {
    story.add(step);
    storyAt.add(files.length());
  }

  /** What was going on when there had been that many changes. */
  String storyUpTo(int point) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < story.size() && storyAt.get(i) < point; i++) {
      text.append("\n  ").append(storyAt.get(i)).append(' ').append(story.get(i));
    }
    return text.toString();
  }

  private void nameLeaf(Path leaf) {
    String text = leaf.getFileName().toString();
    running.add(new Running(files.length(), text, timeline));
    files.replace(RUNNING, text.getBytes(StandardCharsets.UTF_8));
  }

  private void nameSnapshots() {
    String text =
        snapshots.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue().getFileName() + "\n")
            .collect(Collectors.joining());
    files.replace(SNAPSHOTS, text.getBytes(StandardCharsets.UTF_8));
  }

  // ---- bytes

  void write(int offset, byte[] bytes) {
    int begun = files.length();
    disk.writeAt(offset, ByteBuffer.wrap(bytes));
    timeline.write(begun, offset, bytes);
  }

  void zero(int offset, int length, boolean discard) {
    int begun = files.length();
    if (discard) {
      disk.discardAt(offset, length);
    } else {
      disk.writeZeroesAt(offset, length);
    }
    timeline.write(begun, offset, new byte[length]);
  }

  /** What another thread may do while the next flush is under way. */
  void duringNextSync(Runnable deed) {
    files.beforeSync(() -> {
      files.beforeSync(() -> {});
      deed.run();
    });
  }

  void flush() {
    int count = timeline.writeCount();
    disk.flush();
    timeline.promise(files.length(), count);
  }

  // ---- the chain

  Path nextName() {
    return DIRECTORY.resolve("VM-%06d.vmdk".formatted(++lastNumber));
  }

  /** Takes a snapshot; the guest goes on while it is prepared. */
  void fork(Runnable meanwhile) {
    String snapshot = "s" + ++lastSnapshot;
    Path leaf = disk.leaf();
    PreparedFork fork = disk.prepareFork(nextName(), kind);
    meanwhile.run();
    snapshots.put(snapshot, leaf);
    frozen.put(snapshot, new Frozen(timeline, 0, timeline.now(), Integer.MAX_VALUE));
    nameSnapshots();
    fork.closeGate();
    int count = timeline.writeCount();
    frozen.put(snapshot, new Frozen(timeline, count, timeline.now(), Integer.MAX_VALUE));
    nameLeaf(fork.leaf());
    fork.commit();
    fork.openGate();
    parents.put(fork.leaf(), leaf);
    disk.flush();
    timeline.promise(files.length(), count);
    frozen.put(snapshot, new Frozen(timeline, count, timeline.now(), files.length()));
    disk.changeIdOf(leaf)
        .ifPresent(id -> moments.add(new Moment(id, timeline.now(), files.length())));
  }

  void abandonFork(boolean stunned) {
    PreparedFork fork = disk.prepareFork(nextName(), kind);
    if (stunned) {
      fork.closeGate();
    }
    fork.abandon();
  }

  /** Links that hang from this one, and that the running disk does not read through. */
  private List<Path> offChildrenOf(Path link) {
    List<Path> links = disk.links();
    return parents.keySet().stream()
        .filter(child -> parents.get(child).equals(link) && !links.contains(child))
        .sorted()
        .toList();
  }

  /** Whether a link and those up to another have no branch, so that nobody else reads them. */
  boolean mergeable(int from, int to) {
    return disk.links().subList(from, to).stream().allMatch(link -> offChildrenOf(link).isEmpty());
  }

  /** Removes the snapshot of the parent of a link, and merges the link into it. */
  void commit(int at, Runnable meanwhile) {
    List<Path> links = disk.links();
    Path survivor = links.get(at - 1);
    Path child = links.get(at);
    forget(List.of(survivor));
    List<Path> others = offChildrenOf(child);
    disk.commit(child, others, naming(child, meanwhile));
    others.forEach(other -> parents.put(other, survivor));
    if (at + 1 < links.size()) {
      parents.put(links.get(at + 1), survivor);
    }
    parents.remove(child);
  }

  /** Removes all snapshots from a link on, and merges everything above it into it. */
  void commitInto(int at, Runnable meanwhile) {
    List<Path> links = disk.links();
    if (at < links.size() - 1) {
      forget(links.subList(at, links.size() - 1));
      disk.commitInto(links.get(at), naming(links.getLast(), meanwhile));
      links.subList(at + 1, links.size()).forEach(parents::remove);
    }
  }

  /** Merges a link into its parent off the running chain; false when there is none to merge. */
  boolean commitClosed() {
    List<Path> links = disk.links();
    for (Path child : parents.keySet().stream().sorted().toList()) {
      Path survivor = parents.get(child);
      boolean off = !links.contains(child) && !links.contains(survivor);
      if (off && offChildrenOf(survivor).equals(List.of(child))) {
        forget(List.of(survivor));
        List<Path> others = offChildrenOf(child);
        factory.commitClosed(child, others, naming(child, () -> {}));
        others.forEach(other -> parents.put(other, survivor));
        parents.remove(child);
        return true;
      }
    }
    return false;
  }

  private void forget(List<Path> links) {
    if (snapshots.values().removeAll(links)) {
      nameSnapshots();
    }
  }

  private MergeProgress naming(Path merged, Runnable meanwhile) {
    return new MergeProgress() {
      @Override
      public void merged(long grainsDone, long grainsTotal) {}

      @Override
      public boolean cancelled() {
        meanwhile.run();
        return false;
      }

      @Override
      public void survives(Path survivor) {
        if (snapshots.containsValue(merged)) {
          snapshots.replaceAll((name, link) -> link.equals(merged) ? survivor : link);
          nameSnapshots();
        }
        if (disk.leaf().equals(merged)) {
          nameLeaf(survivor);
        }
      }
    };
  }

  /** Reverts to a snapshot of the running chain; false when there is none at this link. */
  boolean revert(int at) {
    Path parent = disk.links().get(at);
    String snapshot =
        snapshots.entrySet().stream()
            .filter(entry -> entry.getValue().equals(parent))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
    if (snapshot == null) {
      return false;
    }
    List<Path> abandoned = disk.links().reversed().subList(0, disk.links().size() - at - 1);
    Path leaf = nextName();
    factory.createDelta(leaf, parent, kind);
    disk.closeGate();
    timeline = new Timeline(frozen.get(snapshot).content());
    nameLeaf(leaf);
    disk.switchTo(leaf);
    disk.openGate();
    parents.put(leaf, parent);
    for (Path link : abandoned) {
      if (snapshots.containsValue(link) || !offChildrenOf(link).isEmpty()) {
        break;
      }
      factory.delete(link);
      parents.remove(link);
    }
    return true;
  }

  /** Makes the disk larger; false when it has snapshots. */
  boolean grow(int bytes) {
    if (!parents.isEmpty()) {
      return false;
    }
    int begun = files.length();
    int newSize = sizeBytes() + bytes;
    timeline.grow(begun, newSize);
    disk.grow(newSize);
    timeline.grown(files.length());
    return true;
  }

  void track(boolean on) {
    if (on) {
      disk.enableTracking();
    } else {
      disk.disableTracking();
    }
  }

  void reopen() {
    Path leaf = disk.leaf();
    close();
    disk = factory.open(leaf, OpenMode.READ_WRITE);
  }

  void close() {
    int count = timeline.writeCount();
    disk.close();
    timeline.promise(files.length(), count);
  }

  static byte[] randomBytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
