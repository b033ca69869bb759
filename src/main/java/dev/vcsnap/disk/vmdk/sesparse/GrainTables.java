package dev.vcsnap.disk.vmdk.sesparse;

import static dev.vcsnap.disk.vmdk.sesparse.SeSparseLayout.TABLE_ENTRIES;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The grain tables in memory: what each grain is, in four bytes, only where there is something.
 *
 * <p>A value is 0 for "ask the parent", 1 for zero, {@code slot + 2} for stored data, and {@code
 * -(slot + 3)} for zero with a slot that stays the grain's own. The last one exists only here: a
 * slot never moves to another grain while the file is open, so a reader that is a moment late reads
 * its own grain's bytes, never a stranger's.
 *
 * <p>Readers take no lock: an entry is published after its data was written.
 */
final class GrainTables {

  static final long ABSENT = -1;
  static final long ZERO = -2;

  /** The largest slot that an entry can hold: 8 TiB of data in one delta. */
  static final long MAXIMUM_SLOT = Integer.MAX_VALUE - 3;

  private static final int PAGE_TABLES = 1024;
  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(Table[][].class);
  private static final VarHandle TABLE = MethodHandles.arrayElementVarHandle(Table[].class);
  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(int[].class);

  /**
   * One table: its entries, its place in the file, and which of its sectors changed since a flush.
   */
  static final class Table {
    final int region;
    final long index;
    final int[] entries = new int[TABLE_ENTRIES];

    /** Bit n: entries 64n to 64n + 63; guarded by the extent. */
    long changedSectors;

    /** Whether the directory in the file already points here; guarded by the extent's flush. */
    boolean listed;

    Table(int region, long index) {
      this.region = region;
      this.index = index;
    }
  }

  private final @Nullable Table[][] pages;
  private final int regionCount;

  GrainTables(int regionCount) {
    this.regionCount = regionCount;
    this.pages = new Table[Math.ceilDiv(regionCount, PAGE_TABLES)][];
  }

  @Nullable Table at(int region) {
    @Nullable Table[] page = (Table[]) PAGE.getAcquire(pages, region / PAGE_TABLES);
    return page == null ? null : (Table) TABLE.getAcquire(page, region % PAGE_TABLES);
  }

  /** Publishes a table; the caller holds the extent's lock. */
  void put(Table table) {
    int at = table.region / PAGE_TABLES;
    @Nullable Table[] page = pages[at];
    if (page == null) {
      page = new Table[PAGE_TABLES];
      PAGE.setRelease(pages, at, page);
    }
    TABLE.setRelease(page, table.region % PAGE_TABLES, table);
  }

  /** The first region at or after {@code from} that has a table, or {@code regionCount}. */
  int next(int from) {
    int region = from;
    while (region < regionCount) {
      if (PAGE.getAcquire(pages, region / PAGE_TABLES) == null) {
        region = (region / PAGE_TABLES + 1) * PAGE_TABLES;
      } else if (at(region) == null) {
        region++;
      } else {
        return region;
      }
    }
    return regionCount;
  }

  int value(long grain) {
    Table table = at((int) (grain / TABLE_ENTRIES));
    return table == null ? 0 : (int) ENTRY.getAcquire(table.entries, (int) (grain % TABLE_ENTRIES));
  }

  static int value(Table table, int entry) {
    return (int) ENTRY.getAcquire(table.entries, entry);
  }

  static void set(Table table, int entry, int value) {
    ENTRY.setRelease(table.entries, entry, value);
  }

  /** The slot that readers use, {@link #ZERO} or {@link #ABSENT}. */
  static long slotOf(int value) {
    if (value > 1) {
      return value - 2L;
    }
    return value == 0 ? ABSENT : ZERO;
  }

  /** The slot that a writer may reuse for this grain, stored or zero, or {@link #ABSENT}. */
  static long ownSlotOf(int value) {
    if (value > 1) {
      return value - 2L;
    }
    return value < 0 ? -3L - value : ABSENT;
  }

  static int stored(long slot) {
    return (int) slot + 2;
  }

  static int zeroed(int value) {
    long slot = ownSlotOf(value);
    return slot == ABSENT ? 1 : (int) (-3 - slot);
  }
}
