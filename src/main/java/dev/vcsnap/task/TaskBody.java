package dev.vcsnap.task;

import dev.vcsnap.objects.ManagedObject;
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
     * Takes another entity for the task alone, until it ends or lets go.
     *
     * @throws dev.vcsnap.vim.VimException TaskInProgress if another operation has it
     */
    default void take(ManagedObject other) {}

    /**
     * Lets other operations have what the task has for itself, while it runs on; harmless when
     * repeated, and may come from any thread.
     */
    default void letGo() {}
  }
}
