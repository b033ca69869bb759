package dev.vcsnap.disk.vmdk.sparse;

import dev.vcsnap.disk.block.BlockError;
import java.util.BitSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands out slots for new grains: at the end of the file while the disk's own size allows, then
 * from gaps that discarded grains and crashes left in earlier openings, so that a delta never
 * outgrows its disk.
 */
public final class SlotAllocator {

  /** Consecutive slots. */
  record Run(long first, int count) {}

  private final long limit;
  private final @Nullable Supplier<BitSet> usedSlots;
  private long next;
  private @Nullable BitSet used;
  private int gapsFrom;

  /**
   * @param next the first slot behind all that may be in use
   * @param limit how many slots there can be
   * @param usedSlots finds the slots in use, when there are no more behind the last; null when gaps
   *     stay gaps
   */
  SlotAllocator(long next, long limit, @Nullable Supplier<BitSet> usedSlots) {
    this.next = next;
    this.limit = limit;
    this.usedSlots = usedSlots;
  }

  /** The first slot behind all that were ever handed out. */
  public synchronized long end() {
    return next;
  }

  /** Slots that follow each other, at the end of the file. */
  public synchronized long takeTogether(int count) {
    if (limit - next < count) {
      throw full();
    }
    long first = next;
    next += count;
    return first;
  }

  /** Up to {@code wanted} slots that follow each other, at least one. */
  synchronized Run take(int wanted) {
    if (next < limit) {
      Run run = new Run(next, (int) Math.min(wanted, limit - next));
      next += run.count;
      return run;
    }
    if (usedSlots == null) {
      throw full();
    }
    BitSet taken = used;
    if (taken == null) {
      taken = usedSlots.get();
      used = taken;
    }
    int first = taken.nextClearBit(gapsFrom);
    if (first >= limit) {
      throw full();
    }
    int end = taken.nextSetBit(first);
    int count = Math.min((end < 0 ? (int) limit : end) - first, wanted);
    gapsFrom = first + count;
    return new Run(first, count);
  }

  private BlockError full() {
    return new BlockError(
        BlockError.Kind.UNSUPPORTED, "the delta is full: all " + limit + " grains are in use");
  }
}
