package dev.vcsnap.history;

import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Session;
import dev.vcsnap.task.TaskListener;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskFilterSpec;
import dev.vcsnap.vim.TaskInfo;

/** What clients ask about tasks through collectors, whose latest pages follow. */
public final class TaskQueries implements TaskListener {

  private final ObjectRegistry objects;
  private final HistoryCollectors<TaskInfo> collectors;
  private final Followers<TaskInfo> followers;

  public TaskQueries(
      ObjectRegistry objects,
      HistoryCollectors<TaskInfo> collectors,
      Followers<TaskInfo> followers) {
    this.objects = objects;
    this.collectors = collectors;
    this.followers = followers;
    followers.add(collectors::changed);
  }

  public HistoryCollectors<TaskInfo> collectors() {
    return collectors;
  }

  /**
   * Makes a collector.
   *
   * @throws dev.vcsnap.vim.VimException as {@link TaskFilter#of} and {@link
   *     HistoryCollectors#create}
   */
  public ManagedObjectReference collect(Session session, TaskFilterSpec spec) {
    return collectors.create(session, spec, TaskFilter.of(spec, objects), 0);
  }

  @Override
  public void shown(TaskInfo info) {
    followers.tell(info);
  }
}
