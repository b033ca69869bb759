package dev.vcsnap.storage;

import dev.vcsnap.disk.convert.ConversionProgress;
import dev.vcsnap.task.TaskBody;

/**
 * Tells a task how far a copy is, by its bytes.
 *
 * @param from the percentage at which the copy begins
 * @param to the percentage at which it ends
 */
record TaskProgress(TaskBody.Progress task, int from, int to) implements ConversionProgress {

  /** A copy that is all of the task. */
  TaskProgress(TaskBody.Progress task) {
    this(task, 0, 100);
  }

  @Override
  public void converted(long bytesDone, long bytesTotal) {
    task.percent(bytesTotal == 0 ? to : from + (int) (bytesDone * (to - from) / bytesTotal));
  }

  @Override
  public boolean cancelled() {
    return task.cancelled();
  }
}
