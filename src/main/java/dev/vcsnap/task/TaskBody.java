package dev.vcsnap.task;

import org.jspecify.annotations.Nullable;

/** The work of a task. */
@FunctionalInterface
public interface TaskBody {

  /**
   * Does the work on the task's own thread.
   *
   * @param progress takes percentages from 0 to 100
   * @return the task's result, or null for none
   */
  @Nullable Object run(Progress progress);

  /** Where a task tells how far it is, and learns that it is to end. */
  @FunctionalInterface
  interface Progress {
    void percent(int done);

    /** True once the task should end early, with a CancellationException. */
    default boolean cancelled() {
      return false;
    }

    /**
     * Lets other operations have the entity, while the task runs on; harmless when repeated, and
     * may come from any thread.
     */
    default void letGo() {}
  }
}
