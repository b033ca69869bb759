package dev.vcsnap.disk.chain;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Which link holds each grain, so that a read costs one look-up however deep the chain is.
 *
 * <p>A byte for each grain, in rows of one region, in pages of rows; rows exist only where some
 * delta has data, and a grain without row is the base's (0). Readers take no lock; writers of the
 * same row hold a common one.
 */
final class OwnerMap {

  static final byte BASE = 0;
  static final int ROW_GRAINS = 4096;

  private static final int PAGE_ROWS = 1024;
  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(byte[][][].class);
  private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(byte[][].class);
  private static final VarHandle OWNER = MethodHandles.arrayElementVarHandle(byte[].class);

  private final byte[] @Nullable [] @Nullable [] pages;
  private final long grainCount;

  OwnerMap(long grainCount) {
    this.grainCount = grainCount;
    this.pages = new byte[(int) Math.ceilDiv(grainCount, (long) ROW_GRAINS * PAGE_ROWS)][][];
  }

  byte at(long grain) {
    byte @Nullable [] row = row(grain / ROW_GRAINS);
    return row == null ? BASE : (byte) OWNER.getAcquire(row, (int) (grain % ROW_GRAINS));
  }

  private byte @Nullable [] row(long rowIndex) {
    byte @Nullable [] @Nullable [] page =
        (byte[][]) PAGE.getAcquire(pages, (int) (rowIndex / PAGE_ROWS));
    return page == null ? null : (byte[]) ROW.getAcquire(page, (int) (rowIndex % PAGE_ROWS));
  }

  /** How many grains from {@code grain}, at most {@code limit}, have the same owner. */
  long run(long grain, long limit) {
    byte owner = at(grain);
    long end = Math.min(grain + limit, grainCount);
    long position = grain + 1;
    while (position < end) {
      byte @Nullable [] row = row(position / ROW_GRAINS);
      long rowEnd = Math.min((position / ROW_GRAINS + 1) * ROW_GRAINS, end);
      if (row == null) {
        if (owner != BASE) {
          break;
        }
        position = rowEnd;
        continue;
      }
      while (position < rowEnd
          && (byte) OWNER.getAcquire(row, (int) (position % ROW_GRAINS)) == owner) {
        position++;
      }
      if (position < rowEnd) {
        break;
      }
    }
    return Math.min(position, end) - grain;
  }

  void set(long firstGrain, int count, byte owner) {
    for (long grain = firstGrain; grain < firstGrain + count; grain++) {
      OWNER.setRelease(ownRow(grain / ROW_GRAINS), (int) (grain % ROW_GRAINS), owner);
    }
  }

  private byte[] ownRow(long rowIndex) {
    byte @Nullable [] row = row(rowIndex);
    return row == null ? makeRow(rowIndex) : row;
  }

  private synchronized byte[] makeRow(long rowIndex) {
    byte @Nullable [] existing = row(rowIndex);
    if (existing != null) {
      return existing;
    }
    int at = (int) (rowIndex / PAGE_ROWS);
    byte @Nullable [] @Nullable [] page = pages[at];
    if (page == null) {
      page = new byte[PAGE_ROWS][];
      PAGE.setRelease(pages, at, page);
    }
    byte[] row = new byte[ROW_GRAINS];
    ROW.setRelease(page, (int) (rowIndex % PAGE_ROWS), row);
    return row;
  }

  /**
   * Gives everything that the flagged owners have to another one; nobody reads or writes meanwhile.
   */
  void replace(boolean[] from, byte to) {
    for (byte @Nullable [] @Nullable [] page : pages) {
      if (page == null) {
        continue;
      }
      for (int r = 0; r < page.length; r++) {
        byte @Nullable [] row = page[r];
        if (row != null && replaceIn(row, from, to)) {
          page[r] = null;
        }
      }
    }
  }

  /** Returns whether all of the row is the base's afterwards. */
  private static boolean replaceIn(byte[] row, boolean[] from, byte to) {
    int others = 0;
    for (int i = 0; i < row.length; i++) {
      if (from[row[i]]) {
        row[i] = to;
      }
      others |= row[i];
    }
    return others == BASE;
  }

  /** Memory that the rows take. */
  long memoryBytes() {
    long rows = 0;
    for (byte @Nullable [] @Nullable [] page : pages) {
      if (page != null) {
        for (byte @Nullable [] row : page) {
          rows += row == null ? 0 : 1;
        }
      }
    }
    return rows * ROW_GRAINS;
  }
}
