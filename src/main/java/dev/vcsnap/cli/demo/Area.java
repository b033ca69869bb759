package dev.vcsnap.cli.demo;

import java.util.List;

/**
 * A part of a disk, in bytes.
 *
 * @param start where it begins
 * @param length how long it is
 */
record Area(long start, long length) {

  long end() {
    return start + length;
  }

  static long bytesOf(List<Area> areas) {
    return areas.stream().mapToLong(Area::length).sum();
  }
}
