package dev.vcsnap.disk.cbt;

/**
 * A changed or allocated area of a disk.
 *
 * @param offset first byte
 * @param length number of bytes, at least 1
 */
public record Range(long offset, long length) {

  public long end() {
    return offset + length;
  }
}
