package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.ChangeMapFile;
import java.nio.file.Path;

/** Change tracking of the running leaf: the map in memory, and the promise in its file. */
final class ChangeTracker {

  private final ChangeMapFile files;
  private final ChangeMap map;
  private volatile Path path;
  private volatile boolean dirty;

  /**
   * @param dirty whether the file already says that its map is out of date
   */
  ChangeTracker(ChangeMapFile files, ChangeMap map, Path path, boolean dirty) {
    this.files = files;
    this.map = map;
    this.path = path;
    this.dirty = dirty;
  }

  ChangeMap map() {
    return map;
  }

  /** Notes a write before it is acknowledged, the first one after a clean start durably. */
  void mark(long offset, long length) {
    if (!dirty) {
      markFile();
    }
    map.mark(offset, length);
  }

  private synchronized void markFile() {
    if (!dirty) {
      files.markDirty(path);
      dirty = true;
    }
  }

  /** Goes on in another link's file, which is dirty already; the gate is closed. */
  void moveTo(Path newPath) {
    path = newPath;
    dirty = true;
  }

  /** Says in the file that a map for a disk of this size is being made. */
  synchronized void saveDirty(long sizeBytes) {
    files.saveDirty(path, map.epoch(), sizeBytes);
    dirty = true;
  }

  /** Goes on with a larger disk; the gate is closed. */
  ChangeTracker grown(long newSizeBytes) {
    return new ChangeTracker(files, map.grown(newSizeBytes), path, true);
  }

  /** Stores the map; nobody writes any more. */
  synchronized void save() {
    if (dirty) {
      files.save(path, map);
      dirty = false;
    }
  }
}
