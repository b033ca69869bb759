package dev.vcsnap.storage;

import dev.vcsnap.disk.convert.ConversionProgress;
import dev.vcsnap.task.TaskBody;

/** Tells a task how far a copy is, by its bytes. */
record TaskProgress(TaskBody.Progress task) implements ConversionProgress {

  @Override
  public void converted(long bytesDone, long bytesTotal) {
    task.percent(bytesTotal == 0 ? 100 : (int) (bytesDone * 100 / bytesTotal));
  }

  @Override
  public boolean cancelled() {
    return task.cancelled();
  }
}
