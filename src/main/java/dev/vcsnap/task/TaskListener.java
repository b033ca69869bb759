package dev.vcsnap.task;

import dev.vcsnap.vim.TaskInfo;

/**
 * Is told what becomes of tasks, on the thread that works on them: it must return at once, and what
 * it throws is only logged.
 */
public interface TaskListener {

  /** A task was made and waits for its thread. */
  default void queued(TaskRequest request, TaskInfo info) {}

  /** The work begins. */
  default void started(TaskRequest request, TaskInfo info) {}

  /** The work has ended, and no client has seen it yet. */
  default void ended(TaskRequest request, TaskInfo info) {}

  /** Clients see the task in another state than before, or for the first time. */
  default void shown(TaskInfo info) {}
}
