package dev.vcsnap.disk.vmdk.sparse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The directory in memory: where each region's table is, and the tables that were asked for so far.
 *
 * <p>Readers take no lock unless a table must be loaded. A table is loaded and let go under the
 * lock of its stripe, so that nobody publishes what was read before somebody else changed it.
 */
final class GrainTables {

  /** Reads a table from the file. */
  interface Loader {
    GrainTable load(int region, int place);
  }

  private static final int PAGE_REGIONS = 1024;
  private static final int STRIPES = 16;

  /** So many regions are looked at for one that was loaded. */
  private static final int LOOKED_AT_MAX = 4096;

  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(Page[].class);
  private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle TABLE = MethodHandles.arrayElementVarHandle(GrainTable[].class);

  private static final class Page {
    final int[] places = new int[PAGE_REGIONS];
    final @Nullable GrainTable[] tables = new GrainTable[PAGE_REGIONS];
  }

  private final int regionCount;
  private final Loader loader;
  private final TableBudget budget;
  private final @Nullable Page[] pages;
  private final Object[] stripes = new Object[STRIPES];
  private int hand;
  private volatile boolean wantsRoom;

  GrainTables(int regionCount, Loader loader, TableBudget budget) {
    this.regionCount = regionCount;
    this.loader = loader;
    this.budget = budget;
    this.pages = new Page[Math.ceilDiv(regionCount, PAGE_REGIONS)];
    Arrays.setAll(stripes, i -> new Object());
  }

  /** Notes where a table is, while the extent is being opened. */
  void locate(int region, int place) {
    PLACE.setRelease(pageFor(region).places, region % PAGE_REGIONS, place);
  }

  /** Takes in a new table; the caller holds the extent's lock. */
  void put(GrainTable table) {
    Page page = pageFor(table.region);
    TABLE.setRelease(page.tables, table.region % PAGE_REGIONS, table);
    PLACE.setRelease(page.places, table.region % PAGE_REGIONS, table.place);
    budget.charge(table.memoryBytes());
  }

  private Page pageFor(int region) {
    int at = region / PAGE_REGIONS;
    Page page = pages[at];
    if (page == null) {
      page = new Page();
      PAGE.setRelease(pages, at, page);
    }
    return page;
  }

  /** The table of a region, or null when there is none. */
  @Nullable GrainTable at(int region) {
    Page page = (Page) PAGE.getAcquire(pages, region / PAGE_REGIONS);
    if (page == null) {
      return null;
    }
    int index = region % PAGE_REGIONS;
    GrainTable table = (GrainTable) TABLE.getAcquire(page.tables, index);
    if (table != null) {
      return table;
    }
    return (int) PLACE.getAcquire(page.places, index) == 0 ? null : load(page, region);
  }

  private GrainTable load(Page page, int region) {
    int index = region % PAGE_REGIONS;
    synchronized (stripes[region % STRIPES]) {
      GrainTable table = (GrainTable) TABLE.getAcquire(page.tables, index);
      if (table == null) {
        table = loader.load(region, page.places[index]);
        budget.charge(table.memoryBytes());
        TABLE.setRelease(page.tables, index, table);
        if (budget.overdrawnBytes() > 0) {
          wantsRoom = true;
        }
      }
      return table;
    }
  }

  /** The first region at or after {@code from} that has a table, or the region count. */
  int next(int from) {
    return next(from, regionCount);
  }

  /** The first region from {@code from} to before {@code end} that has a table, or {@code end}. */
  int next(int from, int end) {
    int region = from;
    while (region < end) {
      Page page = (Page) PAGE.getAcquire(pages, region / PAGE_REGIONS);
      if (page == null) {
        region = (region / PAGE_REGIONS + 1) * PAGE_REGIONS;
      } else if ((int) PLACE.getAcquire(page.places, region % PAGE_REGIONS) == 0) {
        region++;
      } else {
        return region;
      }
    }
    return end;
  }

  /** Whether a table was loaded beyond the budget. */
  boolean wantsRoom() {
    return wantsRoom;
  }

  /**
   * Lets go some tables that are as the file has them, where the budget is exceeded; the caller
   * holds the extent's lock.
   */
  void letGo() {
    wantsRoom = false;
    long wanted = budget.overdrawnBytes();
    int looked = 0;
    while (wanted > 0 && looked < Math.min(LOOKED_AT_MAX, regionCount)) {
      int region = hand;
      Page page = pages[region / PAGE_REGIONS];
      if (page != null) {
        wanted -= letGo(page, region);
      }
      looked++;
      int next = page == null ? (region / PAGE_REGIONS + 1) * PAGE_REGIONS : region + 1;
      hand = next >= regionCount ? 0 : next;
    }
  }

  private int letGo(Page page, int region) {
    synchronized (stripes[region % STRIPES]) {
      GrainTable table = page.tables[region % PAGE_REGIONS];
      if (table == null || table.changedSectors != 0 || table.inFlush || table.pinned) {
        return 0;
      }
      TABLE.setRelease(page.tables, region % PAGE_REGIONS, null);
      budget.charge(-table.memoryBytes());
      return table.memoryBytes();
    }
  }

  /** Gives the budget back what all tables took. */
  void close() {
    for (Page page : pages) {
      if (page != null) {
        for (GrainTable table : page.tables) {
          budget.charge(table == null ? 0 : -table.memoryBytes());
        }
        Arrays.fill(page.tables, null);
      }
    }
  }
}
