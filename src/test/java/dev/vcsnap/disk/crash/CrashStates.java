package dev.vcsnap.disk.crash;

import static dev.vcsnap.disk.crash.SparseBytes.SECTOR_BYTES;

import dev.vcsnap.disk.crash.FileChange.Created;
import dev.vcsnap.disk.crash.FileChange.Deleted;
import dev.vcsnap.disk.crash.FileChange.DirectorySynced;
import dev.vcsnap.disk.crash.FileChange.Renamed;
import dev.vcsnap.disk.crash.FileChange.Resized;
import dev.vcsnap.disk.crash.FileChange.Synced;
import dev.vcsnap.disk.crash.FileChange.Written;
import dev.vcsnap.disk.crash.FileChange.Zeroed;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a power loss may leave of a recorded run, at any point between two of its changes.
 *
 * <p>The model is POSIX with what all journaling file systems of Linux add, and no more:
 *
 * <ul>
 *   <li>What was synced is there. Nothing else needs to be.
 *   <li>A write that was not synced is there, or not, or some of its 512-byte sectors are, each as
 *       the page cache had it after one of the writes to it. Writes reach the disk in any order,
 *       within a file and between files. So do punched and zeroed ranges.
 *   <li>A size that was not synced is any of the sizes since the last sync, or one in between; what
 *       lies behind it is gone, and what was never written inside it is zeros.
 *   <li>A name that was made, moved or removed is as before or as after until its directory is
 *       synced, whatever other names and the files' bytes do. A rename is atomic: at no time do
 *       both names or neither of them have the file.
 *   <li>The exception: syncing a new file makes the name durable under which it was created. On
 *       ext4 and XFS it is in the same transaction as the inode, which fsync and fdatasync must
 *       commit; btrfs logs it. A later rename has no such promise here.
 * </ul>
 */
public final class CrashStates {

  private static final double[] ODDS = {0, 0.1, 0.5, 0.5, 0.9, 1};

  private final List<FileChange> log;
  private final Map<Integer, CachedFile> files = new HashMap<>();
  private final TreeMap<Path, Integer> names = new TreeMap<>();
  private final TreeMap<Path, Integer> durableNames = new TreeMap<>();
  private final List<FileChange> pendingNames = new ArrayList<>();
  private int point;

  /** A file as the page cache has it, as the disk surely has it, and the difference. */
  private static final class CachedFile {
    SparseBytes now = new SparseBytes();
    SparseBytes durable = new SparseBytes();
    final List<FileChange> pending = new ArrayList<>();
  }

  /**
   * @param start what was there durably before the first change
   */
  public CrashStates(FileTree start, List<FileChange> log) {
    this.log = log;
    names.putAll(start.names);
    durableNames.putAll(start.names);
    start.files.forEach((number, bytes) -> {
      CachedFile file = new CachedFile();
      file.now = bytes.copy();
      file.durable = bytes.copy();
      files.put(number, file);
    });
  }

  /** How many changes have happened at the present point. */
  public int point() {
    return point;
  }

  public boolean atEnd() {
    return point == log.size();
  }

  /** Whether a power loss here can leave more than one state. */
  public boolean anythingPending() {
    return !pendingNames.isEmpty()
        || files.values().stream().anyMatch(file -> !file.pending.isEmpty());
  }

  /** Lets the next change happen, and returns it. */
  public FileChange advance() {
    FileChange change = log.get(point++);
    switch (change) {
      case Created created -> {
        files.put(created.file(), new CachedFile());
        rename(created, names);
        pendingNames.add(created);
      }
      case Renamed renamed -> {
        rename(renamed, names);
        pendingNames.add(renamed);
      }
      case Deleted deleted -> {
        rename(deleted, names);
        pendingNames.add(deleted);
      }
      case DirectorySynced synced ->
          settle(name -> synced.directory().equals(pathOf(name).getParent()), pendingNames.size());
      case Synced synced -> {
        CachedFile file = files.get(synced.file());
        file.durable = file.now.copy();
        file.pending.clear();
        settleOwnName(synced.file());
      }
      case Written written -> change(written.file(), written);
      case Zeroed zeroed -> change(zeroed.file(), zeroed);
      case Resized resized -> change(resized.file(), resized);
    }
    return change;
  }

  private void change(int number, FileChange change) {
    CachedFile file = files.get(number);
    apply(change, file.now);
    file.pending.add(change);
  }

  private static void apply(FileChange change, SparseBytes bytes) {
    switch (change) {
      case Written written -> bytes.write(written.offset(), ByteBuffer.wrap(written.bytes()));
      case Zeroed zeroed ->
          bytes.zero(
              zeroed.offset(),
              Math.min(zeroed.length(), Math.max(0, bytes.size() - zeroed.offset())));
      case Resized resized -> bytes.resize(resized.size());
      default -> throw new IllegalArgumentException("no change of bytes: " + change);
    }
  }

  private static void rename(FileChange change, Map<Path, Integer> into) {
    switch (change) {
      case Created created -> into.put(created.path(), created.file());
      case Deleted deleted -> into.remove(deleted.path());
      case Renamed renamed -> {
        if (renamed.file() == into.getOrDefault(renamed.from(), renamed.file())) {
          into.remove(renamed.from());
        }
        into.put(renamed.to(), renamed.file());
      }
      default -> throw new IllegalArgumentException("no change of names: " + change);
    }
  }

  private static Path pathOf(FileChange change) {
    return switch (change) {
      case Created created -> created.path();
      case Deleted deleted -> deleted.path();
      case Renamed renamed -> renamed.to();
      default -> throw new IllegalArgumentException("no change of names: " + change);
    };
  }

  private void settle(Predicate<FileChange> which, int end) {
    List<FileChange> settled = pendingNames.subList(0, end).stream().filter(which).toList();
    settled.forEach(change -> rename(change, durableNames));
    pendingNames.subList(0, end).removeIf(which);
  }

  /** A name's history up to the creation of the file goes with the file's own sync. */
  private void settleOwnName(int file) {
    for (int i = 0; i < pendingNames.size(); i++) {
      if (pendingNames.get(i) instanceof Created created && created.file() == file) {
        settle(change -> pathOf(change).equals(created.path()), i + 1);
        return;
      }
    }
  }

  /** Everything that happened so far is there: what a killed process leaves. */
  public FileTree everything() {
    return treeOf(names, file -> file.now.copy());
  }

  /** Only what was made durable is there. */
  public FileTree durable() {
    return treeOf(durableNames, file -> file.durable.copy());
  }

  /** One of the states in between. */
  public FileTree random(Random random) {
    double namesKept = ODDS[random.nextInt(ODDS.length)];
    TreeMap<Path, Integer> kept = new TreeMap<>(durableNames);
    for (FileChange change : pendingNames) {
      if (random.nextDouble() < namesKept) {
        rename(change, kept);
      }
    }
    double bytesKept = ODDS[random.nextInt(ODDS.length)];
    return treeOf(kept, file -> randomBytes(file, bytesKept, random));
  }

  private static SparseBytes randomBytes(CachedFile file, double odds, Random random) {
    SparseBytes disk = file.durable.copy();
    if (file.pending.isEmpty()) {
      return disk;
    }
    SparseBytes cache = file.durable.copy();
    List<Long> sizes = new ArrayList<>(List.of(disk.size()));
    for (FileChange change : file.pending) {
      long before = cache.size();
      apply(change, cache);
      sizes.add(cache.size());
      long first = firstByte(change, before) / SECTOR_BYTES;
      long end = Math.ceilDiv(endByte(change, before), (long) SECTOR_BYTES);
      boolean torn = end - first > 1 && random.nextInt(3) == 0;
      boolean whole = random.nextDouble() < odds;
      for (long sector = first; sector < end; sector++) {
        if (torn ? random.nextDouble() < odds : whole) {
          disk.takeSector(cache, sector);
        }
      }
    }
    int chosen = random.nextDouble() < odds ? sizes.size() - 1 : random.nextInt(sizes.size());
    long size = sizes.get(chosen);
    if (chosen > 0 && random.nextInt(4) == 0) {
      long between = Math.abs(size - sizes.get(chosen - 1)) / SECTOR_BYTES;
      size = Math.min(size, sizes.get(chosen - 1)) + random.nextLong(between + 1) * SECTOR_BYTES;
    }
    // Sectors that reached the disk behind the size that did are as good as lost.
    disk.grow(cache.size());
    disk.resize(size);
    return disk;
  }

  private static long firstByte(FileChange change, long sizeBefore) {
    return switch (change) {
      case Written written -> written.offset();
      case Zeroed zeroed -> zeroed.offset();
      case Resized resized -> Math.min(resized.size(), sizeBefore);
      default -> throw new IllegalArgumentException("no change of bytes: " + change);
    };
  }

  private static long endByte(FileChange change, long sizeBefore) {
    return switch (change) {
      case Written written -> written.offset() + written.bytes().length;
      case Zeroed zeroed -> Math.min(zeroed.offset() + zeroed.length(), sizeBefore);
      // Growing touches no sector: what is new is a hole.
      case Resized resized -> resized.size() < sizeBefore ? sizeBefore : 0;
      default -> throw new IllegalArgumentException("no change of bytes: " + change);
    };
  }

  private FileTree treeOf(Map<Path, Integer> present, Function<CachedFile, SparseBytes> bytes) {
    FileTree tree = new FileTree();
    tree.names.putAll(present);
    for (int number : present.values()) {
      tree.files.put(number, bytes.apply(files.get(number)));
    }
    return tree;
  }
}
