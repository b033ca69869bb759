package dev.vcsnap.snapshot;

import java.time.Duration;

/**
 * How merges treat others: readers of a file that must change, and guests that want the same disks.
 *
 * @param lockPatience how long a merge waits for a reader; zero fails at once, as a real host does
 *     (rule B22)
 * @param bytesPerSecond the most that one merge copies; 0 for no limit
 */
public record MergePolicy(Duration lockPatience, long bytesPerSecond) {

  /** As a real host: no waiting, no limit. */
  public static final MergePolicy DEFAULT = new MergePolicy(Duration.ZERO, 0);

  public MergePolicy {
    if (lockPatience.isNegative()) {
      throw new IllegalArgumentException("A merge cannot wait " + lockPatience + " for a lock");
    }
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "A merge cannot copy " + bytesPerSecond + " bytes a second; 0 is no limit");
    }
  }
}
