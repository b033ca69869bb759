package dev.vcsnap.nbd;

/**
 * Asks a disk for the states of a range in windows, so that neither a fragmented disk nor a client
 * that wants one extent at a time costs more than what is told.
 */
final class Windows {

  /** Few extents can be in it: a grain is 4 KiB or larger. */
  private static final long WINDOW_BYTES = 64L << 20;

  private static final long WINDOW_BYTES_FOR_ONE = 64L << 10;

  /** A disk is kept from changing while it tells of one window. */
  private static final long WINDOW_BYTES_MAX = 4L << 30;

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
    long window = onlyFirst ? WINDOW_BYTES_FOR_ONE : WINDOW_BYTES;
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
      if (found.count() - before <= 1) {
        window = Math.min(window * GROWTH, WINDOW_BYTES_MAX);
      }
    }
    return onlyFirst ? found.first() : found;
  }
}
