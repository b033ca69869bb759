package dev.vcsnap.disk.block;

import java.nio.ByteBuffer;

/** A device whose bytes can only be read: whatever would change them is refused. */
public interface ReadOnlyDevice extends BlockDevice {

  /** What who wants to write is told, with {@link BlockError.Kind#READ_ONLY}. */
  BlockError refusal();

  @Override
  default void writeAt(long offset, ByteBuffer source) {
    throw refusal();
  }

  @Override
  default void writeZeroesAt(long offset, long length) {
    throw refusal();
  }

  @Override
  default void discardAt(long offset, long length) {
    throw refusal();
  }

  /** Nothing was ever written. */
  @Override
  default void flush() {}
}
