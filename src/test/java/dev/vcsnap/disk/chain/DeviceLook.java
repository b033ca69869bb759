package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * Compares what a device of any size reads as with what it should. A small one is read whole; of a
 * big one, what it calls a hole must be zeros in the model and only its data is read.
 */
final class DeviceLook {

  private static final int PIECE_BYTES = 1 << 20;
  private static final long SMALL_BYTES = 3 << 20;

  /** Status is asked for in such pieces. */
  private static final long WINDOW_BYTES = 1L << 44;

  private final BlockDevice device;
  private final SparseBytes model;
  private final LongPredicate exempt;

  private DeviceLook(BlockDevice device, SparseBytes model, LongPredicate exempt) {
    this.device = device;
    this.model = model;
    this.exempt = exempt;
  }

  static void assertReads(BlockDevice device, SparseBytes model) {
    assertReads(device, model, offset -> false);
  }

  /**
   * Looks at all of a device.
   *
   * @param exempt says which bytes may be anything
   */
  static void assertReads(BlockDevice device, SparseBytes model, LongPredicate exempt) {
    if (device.sizeBytes() != model.sizeBytes()) {
      throw new AssertionError("%d bytes, not %d".formatted(device.sizeBytes(), model.sizeBytes()));
    }
    DeviceLook look = new DeviceLook(device, model, exempt);
    if (model.sizeBytes() <= SMALL_BYTES) {
      look.read(0, model.sizeBytes());
    }
    for (long at = 0; at < model.sizeBytes(); at += WINDOW_BYTES) {
      look.status(at, Math.min(WINDOW_BYTES, model.sizeBytes() - at), true);
    }
  }

  /** Looks at a part that is read whole. */
  static void assertReads(BlockDevice device, SparseBytes model, long offset, long length) {
    DeviceLook look = new DeviceLook(device, model, at -> false);
    look.read(offset, length);
    look.status(offset, length, false);
  }

  private void status(long offset, long length, boolean readData) {
    long position = offset;
    for (BlockStatus piece : device.statusOf(offset, length)) {
      if (piece.offset() != position || piece.length() <= 0) {
        throw new AssertionError("%s does not start at %d".formatted(piece, position));
      }
      position += piece.length();
      if (piece.kind() != BlockStatus.Kind.DATA) {
        requireZeros(piece.offset(), piece.length());
      } else if (readData) {
        read(piece.offset(), piece.length());
      }
    }
    if (position != offset + length) {
      throw new AssertionError("status ends at %d, not %d".formatted(position, offset + length));
    }
  }

  private void requireZeros(long offset, long length) {
    long end = offset + length;
    long at = model.firstNonZero(offset, length);
    while (at < end) {
      if (!exempt.test(at)) {
        throw new AssertionError("byte %d is called zero and is not".formatted(at));
      }
      at = at + 1 == end ? end : model.firstNonZero(at + 1, end - at - 1);
    }
  }

  private void read(long offset, long length) {
    for (long at = offset; at < offset + length; at += PIECE_BYTES) {
      ByteBuffer found = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, offset + length - at));
      device.readAt(at, found);
      compare(at, found.array());
    }
  }

  private void compare(long offset, byte[] found) {
    byte[] wanted = model.read(offset, found.length);
    int at = Arrays.mismatch(found, wanted);
    while (at >= 0) {
      if (!exempt.test(offset + at)) {
        throw new AssertionError(
            "byte %d is %02x, not %02x".formatted(offset + at, found[at], wanted[at]));
      }
      int from = at + 1;
      int next = Arrays.mismatch(found, from, found.length, wanted, from, wanted.length);
      at = next < 0 ? -1 : from + next;
    }
  }
}
