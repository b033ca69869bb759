package dev.vcsnap.task;

import dev.vcsnap.vim.TaskInfo;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/** Keeps tasks as a database would, without any delay, and leaves none out of a page. */
public final class MemoryTasks implements TaskArchive {

  private final NavigableMap<Long, TaskRecord> kept = new ConcurrentSkipListMap<>();

  @Override
  public void note(TaskRecord task) {
    kept.put(task.number(), task);
  }

  @Override
  public List<TaskRecord> unfinished() {
    return find(info -> info.completeTime == null);
  }

  @Override
  public List<TaskRecord> endedSince(Instant time, int max) {
    return find(info -> info.completeTime != null && !info.completeTime.isBefore(time));
  }

  @Override
  public List<TaskRecord> before(long number, TaskQuery query, int max) {
    return kept.headMap(number, false).descendingMap().values().stream().limit(max).toList();
  }

  @Override
  public List<TaskRecord> after(long number, TaskQuery query, int max) {
    return kept.tailMap(number, false).values().stream().limit(max).toList();
  }

  private List<TaskRecord> find(Predicate<TaskInfo> filter) {
    return kept.values().stream().filter(task -> filter.test(task.info())).toList();
  }
}
