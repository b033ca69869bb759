package dev.vcsnap.call;

import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.VimException;

/** What a task answers: none of the served operations can be cancelled (rule D6). */
public final class TaskMethods implements MethodTable.Contributor {

  @Override
  public void contribute(MethodTable table) {
    table.on(
        "Task",
        "CancelTask",
        (context, self, arguments) -> {
          TaskInfo info = TaskService.info(self);
          if (info.completeTime != null) {
            throw new VimException(new InvalidState(), "The task has already ended.");
          }
          throw Faults.notSupported("CancelTask of " + info.name);
        });
  }
}
