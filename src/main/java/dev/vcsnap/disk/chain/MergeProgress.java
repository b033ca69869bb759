package dev.vcsnap.disk.chain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How a merge talks to the one who asked for it. */
public interface MergeProgress {

  /** Called now and then, with the disk's grains as the measure. */
  void merged(long grainsDone, long grainsTotal);

  /**
   * Asked now and then; true ends the merge with a {@link
   * java.util.concurrent.CancellationException}.
   */
  boolean cancelled();

  /**
   * Bytes were copied just now. Called outside every lock: whoever wants a slower merge waits here,
   * but not once {@code cancelled} says true.
   */
  default void copied(long bytes, BooleanSupplier cancelled) {}

  /** Guest I/O stood still that long for a switch to the survivor. */
  default void stunned(Duration stun) {}

  /**
   * The survivor durably reads as the newest merged link from now on, and the merged links' files
   * are about to go. Whoever keeps their names (a configuration, a list of snapshots) must durably
   * put the survivor's name in their place before this returns. When the merged link is the running
   * leaf, the gate is closed meanwhile.
   */
  default void survives(Path survivor) {}

  /** Nobody watches. */
  static MergeProgress unwatched() {
    return new MergeProgress() {
      @Override
      public void merged(long grainsDone, long grainsTotal) {}

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }
}
