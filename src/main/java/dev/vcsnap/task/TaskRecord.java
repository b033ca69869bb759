package dev.vcsnap.task;

import dev.vcsnap.vim.TaskInfo;

/**
 * A task as it is kept.
 *
 * @param number grows with each task; lists of tasks are in this order
 * @param info what was last known of it
 */
public record TaskRecord(long number, TaskInfo info) {

  /** The record of a task of this server, whose key ends with its number. */
  public static TaskRecord of(TaskInfo info) {
    return new TaskRecord(Long.parseLong(info.key.substring(info.key.lastIndexOf('-') + 1)), info);
  }
}
