package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a disk for the status of a range in windows, so that neither a fragmented disk nor a client
 * that wants one extent at a time costs more than what is told.
 */
final class Allocation {

  /** More extents than this are not told at a time; the client asks again where they end. */
  static final int EXTENTS_MAX = 16 << 10;

  /** Few extents can be in it: a grain is 4 KiB or larger. */
  private static final long WINDOW_BYTES = 64L << 20;

  private static final long WINDOW_BYTES_FOR_ONE = 64L << 10;
  private static final int GROWTH = 8;

  private Allocation() {}

  /**
   * The extents from {@code offset} on: at least one, not reaching past {@code length}, and exactly
   * one when {@code onlyFirst}.
   */
  static List<BlockStatus> of(BlockDevice device, long offset, long length, boolean onlyFirst) {
    List<BlockStatus> found = new ArrayList<>();
    long end = offset + length;
    long window = onlyFirst ? WINDOW_BYTES_FOR_ONE : WINDOW_BYTES;
    long at = offset;
    while (at < end) {
      long step = Math.min(window, end - at);
      List<BlockStatus> part = device.statusOf(at, step);
      append(found, part);
      at += step;
      if (onlyFirst && found.size() > 1) {
        return List.of(found.getFirst());
      }
      if (found.size() >= EXTENTS_MAX) {
        return found.subList(0, EXTENTS_MAX);
      }
      if (part.size() == 1) {
        window *= GROWTH;
      }
    }
    return found;
  }

  private static void append(List<BlockStatus> found, List<BlockStatus> part) {
    for (BlockStatus next : part) {
      if (!found.isEmpty() && found.getLast().kind() == next.kind()) {
        BlockStatus last = found.removeLast();
        found.add(new BlockStatus(last.offset(), last.length() + next.length(), last.kind()));
      } else {
        found.add(next);
      }
    }
  }
}
