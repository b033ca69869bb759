package dev.vcsnap.disk.block;

/**
 * What is known about one range of a disk without reading it.
 *
 * @param offset first byte
 * @param length number of bytes, at least 1
 * @param kind whether storage is behind it, and whether it reads as zeros
 */
public record BlockStatus(long offset, long length, Kind kind) {

  /** The three things a range can be. */
  public enum Kind {
    /** Storage is allocated and may hold anything. */
    DATA,
    /** Storage is assigned, and the range reads as zeros. */
    ZERO,
    /** No storage is assigned, and the range reads as zeros. */
    HOLE
  }
}
