package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent.Holding;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which link holds each grain, so that a read costs one look-up however deep the chain is.
 *
 * <p>It is worked out from the links' own tables, a row of 16 MiB at a time, when the row is first
 * asked for; so it may be forgotten at any time. In a row there is a byte for each block of 64 KiB,
 * and one for each grain only in blocks that have several owners. A row without any delta costs
 * nothing.
 *
 * <p>Readers take no lock. Whoever changes grains tells the map after the link's own table.
 */
final class OwnerMap {

  /** The owner of what no delta holds. */
  static final byte BASE = 0;

  private static final int BLOCK_BYTES = 64 << 10;
  private static final int ROW_BLOCKS = 256;
  private static final int PAGE_ROWS = 1024;
  private static final int STRIPES = 64;
  private static final int OBJECT_BYTES = 24;

  /** Beyond this everything is forgotten, and worked out again where it is needed. */
  private static final long MAXIMUM_BYTES = 512L << 20;

  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(Row[][].class);
  private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(Row[].class);
  private static final VarHandle OWNER = MethodHandles.arrayElementVarHandle(byte[].class);
  private static final VarHandle DETAIL = MethodHandles.arrayElementVarHandle(byte[][].class);

  /** The owners of 16 MiB. */
  private static final class Row {
    final byte[] owners = new byte[ROW_BLOCKS];
    volatile byte @Nullable [] @Nullable [] details;
  }

  /** A row of the base's. */
  private static final Row BASE_ROW = new Row();

  private final Supplier<List<Link.Delta>> links;
  private final long grainCount;
  private final int blockShift;
  private final int blockMask;
  private final int rowShift;
  private final Object[] stripes = new Object[STRIPES];
  private final AtomicLong memoryBytes = new AtomicLong();
  private volatile @Nullable Row @Nullable [][] pages;

  /**
   * @param links the deltas from the oldest to the newest, as they are when a row is worked out
   */
  OwnerMap(long grainCount, int grainBytes, Supplier<List<Link.Delta>> links) {
    this.links = links;
    this.grainCount = grainCount;
    this.blockShift = Integer.numberOfTrailingZeros(BLOCK_BYTES / grainBytes);
    this.blockMask = (1 << blockShift) - 1;
    this.rowShift = blockShift + Integer.numberOfTrailingZeros(ROW_BLOCKS);
    this.pages = noPages();
    Arrays.setAll(stripes, i -> new Object());
  }

  private @Nullable Row @Nullable [][] noPages() {
    return new Row[(int) Math.ceilDiv(grainCount, (long) PAGE_ROWS << rowShift)][];
  }

  /** The owner of a grain. */
  byte at(long grain) {
    return in(row(grain >>> rowShift), grain);
  }

  private byte in(Row row, long grain) {
    int block = (int) (grain >>> blockShift) & (ROW_BLOCKS - 1);
    byte @Nullable [] @Nullable [] details = row.details;
    if (details != null) {
      byte[] detail = (byte[]) DETAIL.getAcquire(details, block);
      if (detail != null) {
        return (byte) OWNER.getAcquire(detail, (int) grain & blockMask);
      }
    }
    return (byte) OWNER.getAcquire(row.owners, block);
  }

  /** How many grains from {@code grain}, whose owner that is, at most {@code limit}, have it. */
  long run(long grain, long limit, byte owner) {
    long end = Math.min(grain + limit, grainCount);
    long position = grain;
    while (position < end) {
      Row row = row(position >>> rowShift);
      long rowEnd = Math.min(((position >>> rowShift) + 1) << rowShift, end);
      position = row == BASE_ROW && owner == BASE ? rowEnd : runIn(row, position, rowEnd, owner);
      if (position < rowEnd) {
        break;
      }
    }
    return Math.max(1, Math.min(position, end) - grain);
  }

  private long runIn(Row row, long first, long end, byte owner) {
    byte @Nullable [] @Nullable [] details = row.details;
    long position = first;
    while (position < end) {
      int block = (int) (position >>> blockShift) & (ROW_BLOCKS - 1);
      byte[] detail = details == null ? null : (byte[]) DETAIL.getAcquire(details, block);
      if (detail == null) {
        if ((byte) OWNER.getAcquire(row.owners, block) != owner) {
          break;
        }
        position = (position | blockMask) + 1;
      } else {
        if ((byte) OWNER.getAcquire(detail, (int) position & blockMask) != owner) {
          break;
        }
        position++;
      }
    }
    return Math.min(position, end);
  }

  private Row row(long index) {
    @Nullable Row @Nullable [] page = (Row[]) PAGE.getAcquire(pages, (int) (index / PAGE_ROWS));
    Row row = page == null ? null : (Row) ROW.getAcquire(page, (int) (index % PAGE_ROWS));
    return row == null ? workOut(index) : row;
  }

  private Row workOut(long index) {
    synchronized (stripe(index)) {
      @Nullable Row @Nullable [] page = page(index);
      int at = (int) (index % PAGE_ROWS);
      Row row = (Row) ROW.getAcquire(page, at);
      if (row != null) {
        return row;
      }
      row = BASE_ROW;
      for (Link.Delta delta : links.get()) {
        row = claim(row, index, delta);
      }
      ROW.setRelease(page, at, row);
      if (memoryBytes.get() > MAXIMUM_BYTES) {
        forget();
      }
      return row;
    }
  }

  private @Nullable Row[] page(long index) {
    int at = (int) (index / PAGE_ROWS);
    @Nullable Row @Nullable [][] all = pages;
    @Nullable Row @Nullable [] page = (Row[]) PAGE.getAcquire(all, at);
    if (page == null) {
      Row[] fresh = new Row[PAGE_ROWS];
      Row[] other = (Row[]) PAGE.compareAndExchange(all, at, (Row[]) null, fresh);
      page = other == null ? fresh : other;
    }
    return page;
  }

  private Row claim(Row before, long index, Link.Delta delta) {
    Row row = before;
    SparseExtent extent = delta.extent;
    long grain = index << rowShift;
    long end = Math.min((index + 1) << rowShift, grainCount);
    // The search ends with the row, or a row in which there is nothing costs a look at all tables.
    int endRegion = (int) Math.ceilDiv(end, (long) SparseExtent.regionGrains());
    while (grain < end) {
      long region = grain / SparseExtent.regionGrains();
      long next = extent.nextRegion((int) region, endRegion);
      if (next > region) {
        grain = next * SparseExtent.regionGrains();
        continue;
      }
      int count = (int) Math.min(blockMask + 1L, grainCount - grain);
      Holding holding = extent.holding(grain, count);
      if (holding != Holding.NOTHING) {
        row = row == BASE_ROW ? newRow() : row;
        if (holding == Holding.EVERYTHING) {
          setBlock(row, grain, delta.id());
        } else {
          for (int i = 0; i < count; i++) {
            if (extent.holds(grain + i)) {
              setOne(row, grain + i, delta.id());
            }
          }
        }
      }
      grain += blockMask + 1;
    }
    return row;
  }

  private Row newRow() {
    memoryBytes.addAndGet(2L * OBJECT_BYTES + ROW_BLOCKS);
    return new Row();
  }

  /** Notes who holds grains now. */
  void set(long firstGrain, int count, byte owner) {
    long end = firstGrain + count;
    long position = firstGrain;
    while (position < end) {
      long index = position >>> rowShift;
      long stop = Math.min((index + 1) << rowShift, end);
      synchronized (stripe(index)) {
        @Nullable Row @Nullable [] page = page(index);
        int at = (int) (index % PAGE_ROWS);
        Row row = (Row) ROW.getAcquire(page, at);
        // A row that nobody asked for yet will be worked out from the link's own table.
        if (row != null) {
          if (row == BASE_ROW) {
            row = newRow();
            setIn(row, position, stop, owner);
            ROW.setRelease(page, at, row);
          } else {
            setIn(row, position, stop, owner);
          }
        }
      }
      position = stop;
    }
  }

  private void setIn(Row row, long first, long end, byte owner) {
    long position = first;
    while (position < end) {
      boolean whole = (position & blockMask) == 0 && end - position > blockMask;
      if (whole) {
        setBlock(row, position, owner);
        position += blockMask + 1;
      } else {
        setOne(row, position, owner);
        position++;
      }
    }
  }

  private void setBlock(Row row, long grain, byte owner) {
    int block = (int) (grain >>> blockShift) & (ROW_BLOCKS - 1);
    // In this order: whoever finds no detail any more finds the new owner.
    OWNER.setRelease(row.owners, block, owner);
    byte @Nullable [] @Nullable [] details = row.details;
    if (details != null && details[block] != null) {
      DETAIL.setRelease(details, block, null);
      memoryBytes.addAndGet(-(OBJECT_BYTES + blockMask + 1L));
    }
  }

  private void setOne(Row row, long grain, byte owner) {
    if (in(row, grain) == owner) {
      return;
    }
    int block = (int) (grain >>> blockShift) & (ROW_BLOCKS - 1);
    byte @Nullable [] @Nullable [] details = row.details;
    if (details == null) {
      details = new byte[ROW_BLOCKS][];
      row.details = details;
      memoryBytes.addAndGet(OBJECT_BYTES + 4L * ROW_BLOCKS);
    }
    byte[] detail = details[block];
    if (detail == null) {
      detail = new byte[blockMask + 1];
      Arrays.fill(detail, row.owners[block]);
      DETAIL.setRelease(details, block, detail);
      memoryBytes.addAndGet(OBJECT_BYTES + blockMask + 1L);
    }
    OWNER.setRelease(detail, (int) grain & blockMask, owner);
    if (detail[0] == owner && detail[blockMask] == owner && isUniform(detail)) {
      setBlock(row, grain, owner);
    }
  }

  private static boolean isUniform(byte[] detail) {
    for (byte owner : detail) {
      if (owner != detail[0]) {
        return false;
      }
    }
    return true;
  }

  /** Forgets everything; it is worked out again where it is asked for. */
  void forget() {
    pages = noPages();
    memoryBytes.set(0);
  }

  /** Memory that the rows take. */
  long memoryBytes() {
    return memoryBytes.get();
  }

  private Object stripe(long index) {
    return stripes[(int) (index % STRIPES)];
  }
}
