package dev.vcsnap.quiesce;

/** What a restored snapshot begins with. */
public enum Consistency {
  /** What a power failure leaves: file systems replay their journals, applications recover. */
  CRASH("crash"),
  /** File systems that were frozen: nothing to replay. */
  FILE_SYSTEM("fileSystem"),
  /** Applications that had finished what they were at. */
  APPLICATION("application");

  private final String word;

  Consistency(String word) {
    this.word = word;
  }

  /** As it is kept with a snapshot and shown. */
  public String word() {
    return word;
  }
}
