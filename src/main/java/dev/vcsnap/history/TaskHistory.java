package dev.vcsnap.history;

import dev.vcsnap.task.TaskArchive;
import dev.vcsnap.task.TaskQuery;
import dev.vcsnap.task.TaskRecord;
import dev.vcsnap.vim.TaskInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The tasks that are kept, by their number, also those of earlier runs. */
public final class TaskHistory implements History<TaskInfo> {

  private static final int PAGE = 200;

  /** One page of the archive behind a number. */
  private interface Pages {
    List<TaskRecord> behind(long number, TaskQuery query);
  }

  private final TaskArchive archive;

  public TaskHistory(TaskArchive archive) {
    this.archive = archive;
  }

  @Override
  public long keyOf(TaskInfo info) {
    return TaskRecord.of(info).number();
  }

  @Override
  public List<TaskInfo> after(long key, int max, Predicate<TaskInfo> filter) {
    return read(key, max, filter, (number, query) -> archive.after(number, query, PAGE));
  }

  @Override
  public List<TaskInfo> before(long key, int max, Predicate<TaskInfo> filter) {
    return read(key, max, filter, (number, query) -> archive.before(number, query, PAGE));
  }

  /** The archive leaves out most of what is not asked for; the filter decides. */
  private static List<TaskInfo> read(long key, int max, Predicate<TaskInfo> filter, Pages pages) {
    TaskQuery query = filter instanceof TaskFilter known ? known.query() : TaskQuery.all();
    List<TaskInfo> found = new ArrayList<>();
    long edge = key;
    while (found.size() < max) {
      List<TaskRecord> page = pages.behind(edge, query);
      page.stream()
          .map(TaskRecord::info)
          .filter(filter)
          .limit(max - found.size())
          .forEach(found::add);
      if (page.size() < PAGE) {
        break;
      }
      edge = page.getLast().number();
    }
    return found;
  }
}
