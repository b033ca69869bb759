package dev.vcsnap.tag;

/** How many tags of one category an object may have. */
public enum Cardinality {
  SINGLE,
  MULTIPLE
}
