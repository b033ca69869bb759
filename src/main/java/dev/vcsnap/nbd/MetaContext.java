package dev.vcsnap.nbd;

/** Something that a client can ask of each block of a disk. */
interface MetaContext {

  /** The name that the client selected it by. */
  String name();

  /**
   * The states of a range from its start on: at least one extent, not reaching past the range, and
   * exactly one when {@code onlyFirst}. Where they end early the client asks again.
   *
   * @param length at least 1
   */
  Extents of(long offset, long length, boolean onlyFirst);
}
