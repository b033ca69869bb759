package dev.vcsnap.disk.crash;

import java.nio.file.Path;

/**
 * One step that changed a file system, or made earlier ones durable.
 *
 * <p>Files are numbers here, because names come, go and are taken over while a file is open.
 */
public sealed interface FileChange {

  /** A new, empty file under a free name. */
  record Created(Path path, int file) implements FileChange {}

  /** Bytes that were written, which may have made the file longer. */
  record Written(int file, long offset, byte[] bytes) implements FileChange {
    @Override
    public String toString() {
      return "Written[file=%d, offset=%d, length=%d]".formatted(file, offset, bytes.length);
    }
  }

  /** A range that reads as zeros from here on; the size stays. */
  record Zeroed(int file, long offset, long length) implements FileChange {}

  /** A new size. */
  record Resized(int file, long size) implements FileChange {}

  /** The file's bytes and size are durable. */
  record Synced(int file) implements FileChange {}

  /** A file took another name, and whatever had that name lost it. */
  record Renamed(Path from, Path to, int file) implements FileChange {}

  /** A name went. */
  record Deleted(Path path) implements FileChange {}

  /** The directory's names are durable. */
  record DirectorySynced(Path directory) implements FileChange {}
}
