package dev.vcsnap.task;

/** How tasks are named (rule D4). */
public enum TaskKeys {
  /** {@code task-42}. */
  VCENTER {
    @Override
    String of(TaskRequest request, long number) {
      return "task-" + number;
    }
  },
  /** {@code haTask-1-vim.VirtualMachine.createSnapshot-42}: entity, method and number. */
  ESXI {
    @Override
    String of(TaskRequest request, long number) {
      return "haTask-" + request.entity().id() + "-vim." + request.descriptionId() + "-" + number;
    }
  };

  abstract String of(TaskRequest request, long number);
}
