package dev.vcsnap.disk.io;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * One open file, used by position so that any number of threads can share it.
 *
 * <p>Every failure is a {@link dev.vcsnap.disk.block.BlockError} that names the file. An
 * interrupted thread neither fails nor closes anything, unlike with {@link
 * java.nio.channels.FileChannel}: a cancelled task must not take the disk of a running machine with
 * it.
 */
public interface DiskFile extends AutoCloseable {

  /**
   * How much of the file this opening claims against other openings, in this process or another.
   */
  enum Lock {
    /** Many readers. */
    SHARED,
    /** One writer and nobody else. */
    EXCLUSIVE
  }

  Path path();

  long size();

  /** Fills {@code target}; a file that ends before that is CORRUPT. */
  void readAt(long offset, ByteBuffer target);

  /** Writes all of {@code source}, growing the file where needed. */
  void writeAt(long offset, ByteBuffer source);

  /** Sets the size; new bytes are a hole that reads as zeros. */
  void resize(long size);

  /** Assigns storage to the range without changing what it reads as. */
  void reserve(long offset, long length);

  /** Makes the range read as zeros and gives its storage back where the host can. */
  void punch(long offset, long length);

  /** Makes the range read as zeros and keeps its storage. */
  void zero(long offset, long length);

  /** The first byte at or after {@code offset} that has storage, or the file's size. */
  long nextData(long offset);

  /** The first byte at or after {@code offset} without storage, or the file's size. */
  long nextHole(long offset);

  /** Bytes of storage behind the file, also where the host counts its own notes with them. */
  default long allocatedBytes() {
    long end = size();
    long sum = 0;
    for (long at = nextData(0); at < end; ) {
      long hole = Math.max(nextHole(at), at + 1);
      sum += hole - at;
      at = nextData(hole);
    }
    return sum;
  }

  /**
   * Lets the storage begin with what was written, without waiting for it: a later {@link #sync}
   * finds less to do. A file that cannot does nothing.
   */
  default void beginWriteBack() {}

  /** Returns once everything written before survives a power loss. */
  void sync();

  /** Takes or changes this opening's lock without waiting; LOCKED when somebody is in the way. */
  void lock(Lock lock);

  @Override
  void close();
}
