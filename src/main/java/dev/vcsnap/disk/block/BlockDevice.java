package dev.vcsnap.disk.block;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Bytes that can be read and written at any offset: a disk, a link of a chain, or a decorator
 * around one.
 *
 * <p>Offsets and lengths are bytes and need no alignment. A range that leaves the device is refused
 * with {@link BlockError.Kind#OUT_OF_BOUNDS} before anything is done. Every method may be called
 * from several threads; concurrent writes to the same bytes end with one of them, never a mixture
 * within a grain.
 */
public interface BlockDevice extends Closeable {

  /** The size of the disk in bytes; a multiple of 512. */
  long sizeBytes();

  /** Fills {@code target} up to its limit from {@code offset}. */
  void readAt(long offset, ByteBuffer target);

  /**
   * Writes what remains in {@code source} at {@code offset}; kept for sure only after {@link
   * #flush}.
   */
  void writeAt(long offset, ByteBuffer source);

  /** Makes the range read as zeros, without storing them where the format can say so. */
  void writeZeroesAt(long offset, long length);

  /** Tells that the range is no longer needed; it may read as zeros or as before. */
  void discardAt(long offset, long length);

  /** Returns once every write acknowledged before the call survives a crash and a power loss. */
  void flush();

  /** Describes the range: ascending, gapless, clipped to it, neighbours of one kind joined. */
  List<BlockStatus> statusOf(long offset, long length);

  /** Releases the device; closing twice is harmless. */
  @Override
  void close();
}
