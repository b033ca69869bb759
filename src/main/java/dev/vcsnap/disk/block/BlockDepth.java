package dev.vcsnap.disk.block;

/**
 * How deep in a chain one range of a disk lies.
 *
 * @param offset first byte
 * @param length number of bytes, at least 1
 * @param depth {@link #ABSENT} when nobody stores the range, 1 for the newest link, one more for
 *     each link below it
 */
public record BlockDepth(long offset, long length, int depth) {

  /** No link holds the range, and it reads as zeros. */
  public static final int ABSENT = 0;
}
