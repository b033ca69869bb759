package dev.vcsnap.task;

import dev.vcsnap.vim.TaskReason;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Why the tasks that are started in the course of some work are started, where no user asked. */
public final class TaskCause {

  private static final ScopedValue<TaskReason> REASON = ScopedValue.newInstance();

  private TaskCause() {}

  /** Does work; the tasks that it starts give the reason. */
  public static <T extends @Nullable Object> T because(TaskReason reason, Supplier<T> work) {
    return ScopedValue.where(REASON, reason).call(work::get);
  }

  /** The reason that is in force here, or {@code otherwise}. */
  static TaskReason orElse(TaskReason otherwise) {
    return REASON.isBound() ? REASON.get() : otherwise;
  }
}
