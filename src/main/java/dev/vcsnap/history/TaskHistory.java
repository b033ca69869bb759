package dev.vcsnap.history;

import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.TaskInfo;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The tasks that are still readable, by the number of the chain of events that each began. */
public final class TaskHistory implements History<TaskInfo> {

  private static final Comparator<TaskInfo> OLDEST_FIRST =
      Comparator.comparingInt(info -> info.eventChainId);

  private final TaskService tasks;

  public TaskHistory(TaskService tasks) {
    this.tasks = tasks;
  }

  @Override
  public long keyOf(TaskInfo info) {
    return info.eventChainId;
  }

  @Override
  public List<TaskInfo> after(long key, int max, Predicate<TaskInfo> filter) {
    return matching(filter)
        .filter(info -> info.eventChainId > key)
        .sorted(OLDEST_FIRST)
        .limit(max)
        .toList();
  }

  @Override
  public List<TaskInfo> before(long key, int max, Predicate<TaskInfo> filter) {
    return matching(filter)
        .filter(info -> info.eventChainId < key)
        .sorted(OLDEST_FIRST.reversed())
        .limit(max)
        .toList();
  }

  private Stream<TaskInfo> matching(Predicate<TaskInfo> filter) {
    return tasks.readable().stream().filter(filter);
  }
}
