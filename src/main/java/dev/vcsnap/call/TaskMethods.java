package dev.vcsnap.call;

import dev.vcsnap.task.TaskService;

/** What a task answers. */
final class TaskMethods implements MethodTable.Contributor {

  private final TaskService tasks;

  TaskMethods(TaskService tasks) {
    this.tasks = tasks;
  }

  @Override
  public void contribute(MethodTable table) {
    table.on(
        "Task",
        "CancelTask",
        (context, self, arguments) -> {
          tasks.cancel(self);
          return null;
        });
  }
}
