package dev.vcsnap.verify;

/** How well prepared a guest was for the moment that its disks show; each kind has the former. */
public enum Consistency {
  /** All disks are of one moment, as after a power cut: the guest knew nothing of it. */
  CRASH("crash"),
  /** The file systems were frozen: nothing is left to be replayed. */
  FILE_SYSTEM("file system"),
  /** The applications were at rest, and then the file systems. */
  APPLICATION("application");

  private final String words;

  Consistency(String words) {
    this.words = words;
  }

  /** Its name in a sentence, such as "file system". */
  public String words() {
    return words;
  }

  Consistency orWeaker(Consistency other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
