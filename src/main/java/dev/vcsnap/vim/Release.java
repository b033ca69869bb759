package dev.vcsnap.vim;

/**
 * A version of the vim25 interface, such as {@code 8.0.3.0} or {@code 2.5u2}, in its order.
 *
 * @param rank grows with the version
 */
public record Release(int rank) implements Comparable<Release> {

  /** The first interface that clients may ask for. */
  public static final Release OLDEST = parse("2.0");

  /** The newest interface in the table. */
  public static final Release NEWEST = parse("8.0.3.0");

  /**
   * Reads a version; digits separated by dots or letters count as its parts.
   *
   * @throws IllegalArgumentException if it does not start with a number
   */
  public static Release parse(String text) {
    int[] parts = new int[4];
    int part = 0;
    boolean digits = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9' && part < 4) {
        parts[part] = Math.min(99, parts[part] * 10 + (c - '0'));
        digits = true;
      } else if (c == '.') {
        part++;
      } else if (c == 'u') {
        part = 3;
      }
    }
    if (!digits) {
      throw new IllegalArgumentException("'" + text + "' is not an API version such as 8.0.3.0");
    }
    return new Release(((parts[0] * 100 + parts[1]) * 100 + parts[2]) * 100 + parts[3]);
  }

  /** True if this version already has what came with {@code other}. */
  public boolean includes(Release other) {
    return rank >= other.rank;
  }

  @Override
  public int compareTo(Release other) {
    return Integer.compare(rank, other.rank);
  }
}
