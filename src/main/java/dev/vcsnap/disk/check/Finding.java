package dev.vcsnap.disk.check;

import java.nio.file.Path;

/**
 * Something that is wrong with a disk's files.
 *
 * @param file the file at fault
 * @param problem a sentence for people
 */
public record Finding(Path file, String problem) {

  @Override
  public String toString() {
    return file + ": " + problem;
  }
}
