package dev.vcsnap.call;

import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.TaskInfo;

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
            throw Faults.invalidState("The task has already ended.");
          }
          throw Faults.notSupported("CancelTask of " + info.name);
        });
  }
}
