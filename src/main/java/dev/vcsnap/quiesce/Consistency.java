package dev.vcsnap.quiesce;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /** The kind with that word; CRASH for none and for one that is not known. */
  public static Consistency of(@Nullable String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst().orElse(CRASH);
  }

  /** As it is kept with a snapshot and shown. */
  public String word() {
    return word;
  }
}
