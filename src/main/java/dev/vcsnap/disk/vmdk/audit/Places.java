package dev.vcsnap.disk.vmdk.audit;

import org.jspecify.annotations.Nullable;

/**
 * Which places of a file (sectors, or slots of a grain) are taken already, for a window of them.
 *
 * <p>A window takes 32 MiB at most, and memory only where something is claimed. An audit of a file
 * with more places walks its tables once for each window, until none names a higher place.
 */
public final class Places {

  /** Places in a window. */
  public static final long WINDOW = 1L << 28;

  private static final int PAGE_PLACES = 1 << 16;

  private final long first;
  private final long[] @Nullable [] pages = new long[(int) (WINDOW / PAGE_PLACES)][];
  private long highest = -1;

  /**
   * @param first the first place of the window
   */
  public Places(long first) {
    this.first = first;
  }

  /**
   * Takes a run of places; the part of it outside of the window counts as free.
   *
   * @return whether all of it was free
   */
  public boolean claim(long place, long count) {
    highest = Math.max(highest, place + count - 1);
    boolean free = true;
    long end = Math.min(place + count, first + WINDOW);
    for (long at = Math.max(place, first); at < end; at++) {
      int within = (int) (at - first);
      long[] page = page(within / PAGE_PLACES);
      int word = within % PAGE_PLACES / Long.SIZE;
      long bit = 1L << within;
      free &= (page[word] & bit) == 0;
      page[word] |= bit;
    }
    return free;
  }

  private long[] page(int index) {
    long @Nullable [] page = pages[index];
    if (page == null) {
      page = new long[PAGE_PLACES / Long.SIZE];
      pages[index] = page;
    }
    return page;
  }

  /** Whether a later window has claims too. */
  public boolean moreBehind() {
    return highest >= first + WINDOW;
  }
}
