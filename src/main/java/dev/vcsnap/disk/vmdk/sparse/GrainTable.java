package dev.vcsnap.disk.vmdk.sparse;

import static dev.vcsnap.disk.vmdk.sparse.SparseFormat.TABLE_ENTRIES;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One table in memory: its values, its place in the file, and which of its sectors changed since a
 * flush.
 *
 * <p>Guests write in larger pieces than grains, so the values are kept by blocks of 64 KiB: a block
 * whose values are all alike, or follow each other, is one number; any other has them all. Readers
 * take no lock; who changes something holds the extent's.
 */
final class GrainTable {

  static final int BLOCK_BYTES = 64 << 10;

  private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle BLOCK = MethodHandles.arrayElementVarHandle(int[][].class);
  private static final int HEADER_BYTES = 96;
  private static final int ARRAY_BYTES = 16;
  private static final int REFERENCE_BYTES = 4;

  final int region;
  final int place;

  /** Bit n: sector n of the table; guarded by the extent. */
  long changedSectors;

  /** Whether a flush is writing sectors of it; guarded by the extent. */
  boolean inFlush;

  /** Whether it knows something that the file does not: slots of zeroed grains. */
  boolean pinned;

  /** Whether the directory in the file already points here; guarded by the extent's flush. */
  boolean listed;

  private final int blockShift;
  private final int blockMask;
  private final int[] firsts;
  private volatile int @Nullable [] @Nullable [] details;
  private int memoryBytes;

  /** A table that leaves everything to the parent. */
  GrainTable(int region, int place, int grainBytes) {
    this.region = region;
    this.place = place;
    this.blockShift = Integer.numberOfTrailingZeros(BLOCK_BYTES / grainBytes);
    this.blockMask = (1 << blockShift) - 1;
    this.firsts = new int[TABLE_ENTRIES >> blockShift];
    this.memoryBytes = HEADER_BYTES + ARRAY_BYTES + 4 * firsts.length;
  }

  int memoryBytes() {
    return memoryBytes;
  }

  /** Takes over all values of a table that nobody sees yet. */
  void load(int[] values) {
    int length = 1 << blockShift;
    for (int block = 0; block < firsts.length; block++) {
      int first = values[block << blockShift];
      if (isRun(values, block << blockShift, length)) {
        firsts[block] = first;
      } else {
        int[] detail = new int[length];
        System.arraycopy(values, block << blockShift, detail, 0, length);
        publish(block, detail);
      }
    }
  }

  private static boolean isRun(int[] values, int from, int length) {
    int first = values[from];
    int step = Grains.isConstant(first) ? 0 : 1;
    for (int i = 1; i < length; i++) {
      if (values[from + i] != first + i * step) {
        return false;
      }
    }
    return true;
  }

  int value(int entry) {
    int block = entry >>> blockShift;
    int @Nullable [] detail = detail(block);
    if (detail != null) {
      return (int) VALUE.getAcquire(detail, entry & blockMask);
    }
    return within((int) VALUE.getAcquire(firsts, block), entry & blockMask);
  }

  private static int within(int first, int index) {
    return Grains.isConstant(first) ? first : first + index;
  }

  private int @Nullable [] detail(int block) {
    int @Nullable [] @Nullable [] all = details;
    return all == null ? null : (int[]) BLOCK.getAcquire(all, block);
  }

  /** How many entries from {@code entry}, at most {@code limit}, go on as this one begins. */
  int run(int entry, int limit) {
    int first = value(entry);
    int step = Grains.isConstant(first) ? 0 : 1;
    int longest = Math.min(limit, TABLE_ENTRIES - entry);
    int count = 1;
    while (count < longest) {
      int at = entry + count;
      int @Nullable [] detail = detail(at >>> blockShift);
      int index = at & blockMask;
      int expected = first + count * step;
      if (detail != null) {
        if ((int) VALUE.getAcquire(detail, index) != expected) {
          break;
        }
        count++;
      } else {
        int start = (int) VALUE.getAcquire(firsts, at >>> blockShift);
        if (within(start, index) != expected || Grains.isConstant(start) == (step == 1)) {
          break;
        }
        count += blockMask + 1 - index;
      }
    }
    return Math.min(count, longest);
  }

  /** Gives entries values that are all alike, or follow each other; the caller holds the lock. */
  void setRun(int entry, int count, int first) {
    int step = Grains.isConstant(first) ? 0 : 1;
    int done = 0;
    while (done < count) {
      int at = entry + done;
      int index = at & blockMask;
      int piece = Math.min(count - done, blockMask + 1 - index);
      int value = first + done * step;
      if (piece == blockMask + 1) {
        setBlock(at >>> blockShift, value);
      } else {
        setSome(at >>> blockShift, index, piece, value, step);
      }
      done += piece;
    }
  }

  private void setBlock(int block, int first) {
    // In this order: whoever finds no detail any more finds the new number.
    VALUE.setRelease(firsts, block, first);
    int @Nullable [] @Nullable [] all = details;
    if (all != null && all[block] != null) {
      BLOCK.setRelease(all, block, null);
      memoryBytes -= ARRAY_BYTES + 4 * (blockMask + 1);
    }
  }

  private void setSome(int block, int index, int count, int value, int step) {
    int @Nullable [] detail = detail(block);
    if (detail == null) {
      detail = new int[blockMask + 1];
      for (int i = 0; i < detail.length; i++) {
        detail[i] = within(firsts[block], i);
      }
      publish(block, detail);
    }
    for (int i = 0; i < count; i++) {
      VALUE.setRelease(detail, index + i, value + i * step);
    }
    int span = Grains.isConstant(detail[0]) ? 0 : blockMask;
    if (detail[blockMask] == detail[0] + span && isRun(detail, 0, detail.length)) {
      setBlock(block, detail[0]);
    }
  }

  private void publish(int block, int[] detail) {
    int @Nullable [] @Nullable [] all = details;
    if (all == null) {
      all = new int[firsts.length][];
      details = all;
      memoryBytes += ARRAY_BYTES + REFERENCE_BYTES * all.length;
    }
    BLOCK.setRelease(all, block, detail);
    memoryBytes += ARRAY_BYTES + 4 * detail.length;
  }
}
