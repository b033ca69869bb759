package dev.vcsnap.task;

import dev.vcsnap.vim.TaskInfo;

/**
 * A task as it is kept.
 *
 * @param number grows with each task; lists of tasks are in this order
 * @param info what was last known of it
 */
public record TaskRecord(long number, TaskInfo info) {}
