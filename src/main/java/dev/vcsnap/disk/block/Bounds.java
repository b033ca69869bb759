package dev.vcsnap.disk.block;

/** The check that every device makes before it touches anything. */
public final class Bounds {

  private Bounds() {}

  /** Refuses a range that is not inside {@code [0, sizeBytes)}. */
  public static void check(long offset, long length, long sizeBytes) {
    if (offset < 0 || length < 0 || offset > sizeBytes - length) {
      throw new BlockError(
          BlockError.Kind.OUT_OF_BOUNDS,
          "%d bytes at offset %d leave the disk of %d bytes".formatted(length, offset, sizeBytes));
    }
  }
}
