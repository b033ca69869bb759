package dev.vcsnap.disk.vmdk.sparse;

/**
 * What is known of a grain, in four bytes.
 *
 * <p>A value is 0 for "ask the parent", 1 for zero, {@code slot + 2} for stored data, and the same
 * with the sign bit for zero with a slot that stays the grain's own. The last one exists only in
 * memory: a slot never moves to another grain while the file is open, so a reader that is a moment
 * late reads its own grain's bytes, never a stranger's. Values of grains in slots that follow each
 * other follow each other.
 */
public final class Grains {

  /** Not in this delta. */
  public static final long ABSENT = -1;

  /** Reads as zeros. */
  public static final long ZERO = -2;

  /** The value of a grain that the parent has. */
  public static final int ASK_PARENT = 0;

  /** The value of a grain that is zero and has no slot. */
  public static final int EMPTY = 1;

  /** The largest slot that a value can hold. */
  public static final long MAXIMUM_SLOT = Integer.MAX_VALUE - 2L;

  private static final int OWN_ZERO = Integer.MIN_VALUE;

  private Grains() {}

  /** The value of stored data. */
  public static int stored(long slot) {
    return (int) slot + 2;
  }

  /** The slot that readers use, {@link #ZERO} or {@link #ABSENT}. */
  public static long slotOf(int value) {
    if (value > EMPTY) {
      return value - 2L;
    }
    return value == ASK_PARENT ? ABSENT : ZERO;
  }

  /** The slot that a writer may reuse for this grain, stored or zero, or {@link #ABSENT}. */
  static long ownSlotOf(int value) {
    int stored = value & ~OWN_ZERO;
    return stored > EMPTY ? stored - 2L : ABSENT;
  }

  /** What a grain of this value becomes when it is made zero. */
  static int zeroed(int value) {
    return ownSlotOf(value) == ABSENT ? EMPTY : value | OWN_ZERO;
  }

  static boolean isOwnZero(int value) {
    return value < 0;
  }

  /** Whether values of a run are all the same, rather than each one more than the one before. */
  static boolean isConstant(int value) {
    return value >>> 1 == 0;
  }
}
