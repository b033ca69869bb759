package dev.vcsnap.nbd;

/**
 * Asks a disk for the states of a range in windows, so that neither a fragmented disk nor a client
 * that wants one extent at a time costs more than what is told.
 */
final class Windows {

  /** Few extents can be in it: a grain is 4 KiB or larger. */
  private static final long WINDOW_BYTES = 64L << 20;

  private static final long WINDOW_BYTES_FOR_ONE = 64L << 10;

  /**
   * A disk is kept from changing while it tells of one window, and where much of nothing ends the
   * first pieces may be small.
   */
  private static final long WINDOW_BYTES_MAX = 512L << 20;

  private static final int GROWTH = 8;

  /** Tells the states of one window, whole. */
  interface Source {

    /** False once no more fit into {@code found}. */
    boolean tell(long offset, long length, Extents found);
  }

  private Windows() {}

  /** What {@link MetaContext#of} promises. */
  static Extents of(Source source, long offset, long length, boolean onlyFirst) {
    Extents found = new Extents();
    long end = offset + length;
    long smallest = onlyFirst ? WINDOW_BYTES_FOR_ONE : WINDOW_BYTES;
    long window = smallest;
    long at = offset;
    while (at < end) {
      long step = Math.min(window, end - at);
      int before = found.count();
      if (!source.tell(at, step, found)) {
        break;
      }
      at += step;
      if (onlyFirst && found.count() > 1) {
        break;
      }
      boolean whole = found.count() - before <= 1;
      window = whole ? Math.min(window * GROWTH, WINDOW_BYTES_MAX) : smallest;
    }
    return onlyFirst ? found.first() : found;
  }
}
