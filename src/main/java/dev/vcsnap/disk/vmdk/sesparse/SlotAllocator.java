package dev.vcsnap.disk.vmdk.sesparse;

import dev.vcsnap.disk.block.BlockError;
import java.util.BitSet;

/**
 * Hands out slots for new grains: at the end of the file while the disk's own size allows, then
 * from gaps that grains discarded in earlier openings left, so that a delta never outgrows its
 * disk.
 */
final class SlotAllocator {

  /** Consecutive slots. */
  record Run(long first, int count) {}

  private final BitSet usedBelow;
  private final int nextAtOpen;
  private final long limit;
  private long next;
  private int gapsFrom;

  /**
   * @param used the slots that grains own when the file is opened
   * @param limit how many slots the disk may need
   */
  SlotAllocator(BitSet used, long limit) {
    this.nextAtOpen = used.length();
    this.next = nextAtOpen;
    this.limit = Math.min(limit, GrainTables.MAXIMUM_SLOT + 1);
    // Without gaps there is nothing to remember.
    this.usedBelow = used.cardinality() == nextAtOpen ? new BitSet() : used;
    this.gapsFrom = usedBelow.isEmpty() ? nextAtOpen : 0;
  }

  /** Up to {@code wanted} slots that follow each other, at least one. */
  synchronized Run take(int wanted) {
    if (next < limit) {
      Run run = new Run(next, (int) Math.min(wanted, limit - next));
      next += run.count;
      return run;
    }
    int first = gapsFrom < nextAtOpen ? usedBelow.nextClearBit(gapsFrom) : nextAtOpen;
    if (first >= nextAtOpen) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED, "the delta is full: all " + limit + " grains are in use");
    }
    int count = Math.min(usedBelow.nextSetBit(first) - first, wanted);
    gapsFrom = first + count;
    return new Run(first, count);
  }
}
