package dev.vcsnap.ground.ids;

/**
 * Rising numbers of which none is given twice, also after a restart: they are set aside in blocks,
 * so that nearly all are given without asking the keeper.
 */
public final class NumberSeries implements AutoCloseable {

  /** A killed server leaves a gap of at most that many. */
  private static final int BLOCK = 1_000;

  private final String name;
  private final NumberKeeper keeper;
  private long next;
  private long end;

  /**
   * Makes a series.
   *
   * @param name what the keeper knows it by
   * @param least the first number that is given at all
   */
  public NumberSeries(String name, long least, NumberKeeper keeper) {
    this.name = name;
    this.keeper = keeper;
    this.next = least;
    this.end = least;
  }

  /** A number that was never given before. */
  public synchronized long next() {
    if (next == end) {
      next = keeper.reserve(name, next, BLOCK);
      end = next + BLOCK;
    }
    return next++;
  }

  /** Gives back what was set aside and not used, so that a clean restart leaves no gap. */
  @Override
  public synchronized void close() {
    if (next < end) {
      keeper.giveBack(name, next);
      end = next;
    }
  }
}
