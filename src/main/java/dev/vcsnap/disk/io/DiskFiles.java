package dev.vcsnap.disk.io;

import java.nio.file.Path;
import java.util.List;

/**
 * Opens, names and removes files; comes in by constructor so that a test can record or break it.
 */
public interface DiskFiles {

  /** Opens an existing file. */
  DiskFile open(Path path, boolean writable);

  /** Makes a new, empty file; ALREADY_EXISTS when the name is taken. */
  DiskFile create(Path path);

  /** Reads a whole file that may have at most {@code maximumBytes}; CORRUPT when it has more. */
  byte[] read(Path path, int maximumBytes);

  /** Puts {@code content} under the name so that a crash leaves the old file or the new one. */
  void replace(Path path, byte[] content);

  /**
   * Like {@link #replace}, but the name is durable only with the next {@link #syncDirectory}: a
   * power loss before it leaves the old file or the new one, whatever it leaves of other names.
   */
  default void put(Path path, byte[] content) {
    replace(path, content);
  }

  /** Removes the file if it is there, and makes that durable. */
  void delete(Path path);

  /** Like {@link #delete}, but durable only with the next {@link #syncDirectory}. */
  default void remove(Path path) {
    delete(path);
  }

  boolean exists(Path path);

  boolean isDirectory(Path path);

  /** The directory's plain files in the order of their names. */
  List<Path> list(Path directory);

  /** Makes names that were added to or removed from the directory durable. */
  void syncDirectory(Path directory);
}
