package dev.vcsnap.task;

import java.time.Instant;
import java.util.List;

/** Keeps tasks beyond the server's life, up to a number and an age. */
public interface TaskArchive {

  /** Takes note of a task's state and returns at once; it is durable a short moment later. */
  void note(TaskRecord task);

  /** The tasks that had not ended when they were noted last, oldest first. */
  List<TaskRecord> unfinished();

  /** The tasks that ended at or after a time, oldest first, and of those the last {@code max}. */
  List<TaskRecord> endedSince(Instant time, int max);

  /**
   * The last {@code max} tasks with a smaller number, newest first; what was noted is seen.
   *
   * @param query lets the archive leave out what is not asked for; it need not leave out all
   */
  List<TaskRecord> before(long number, TaskQuery query, int max);

  /**
   * The first {@code max} tasks with a greater number, oldest first; what was noted is seen.
   *
   * @param query as for {@link #before}
   */
  List<TaskRecord> after(long number, TaskQuery query, int max);

  /** Keeps nothing. */
  static TaskArchive none() {
    return new TaskArchive() {
      @Override
      public void note(TaskRecord task) {}

      @Override
      public List<TaskRecord> unfinished() {
        return List.of();
      }

      @Override
      public List<TaskRecord> endedSince(Instant time, int max) {
        return List.of();
      }

      @Override
      public List<TaskRecord> before(long number, TaskQuery query, int max) {
        return List.of();
      }

      @Override
      public List<TaskRecord> after(long number, TaskQuery query, int max) {
        return List.of();
      }
    };
  }
}
