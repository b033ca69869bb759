package dev.vcsnap.history;

import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskArchive;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskInfo;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what clients ask about tasks. */
@Configuration(proxyBeanMethods = false)
class HistoryConfiguration {

  @Bean
  VisibleHistory visibleHistory(ObjectRegistry objects, AccessService access) {
    return new VisibleHistory(objects, access);
  }

  @Bean
  TaskQueries taskQueries(
      TaskService tasks,
      TaskArchive archive,
      ObjectRegistry objects,
      SessionService sessions,
      Ids ids,
      VisibleHistory visible) {
    var collectors =
        new HistoryCollectors<TaskInfo>(
            "TaskHistoryCollector",
            new TaskHistory(archive),
            objects,
            sessions,
            ids,
            session -> tasksFor(visible.of(session)));
    var queries =
        new TaskQueries(objects, collectors, Followers.onThreadsOfTheirOwn("task-history"));
    tasks.listen(queries);
    return queries;
  }

  private static Predicate<TaskInfo> tasksFor(Predicate<List<ManagedObjectReference>> visible) {
    return task -> visible.test(task.entity == null ? List.of() : List.of(task.entity));
  }
}
