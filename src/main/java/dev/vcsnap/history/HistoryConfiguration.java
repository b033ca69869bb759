package dev.vcsnap.history;

import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskArchive;
import dev.vcsnap.task.TaskService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what clients ask about tasks. */
@Configuration(proxyBeanMethods = false)
class HistoryConfiguration {

  @Bean
  TaskQueries taskQueries(
      TaskService tasks,
      TaskArchive archive,
      ObjectRegistry objects,
      SessionService sessions,
      Ids ids) {
    var collectors =
        new HistoryCollectors<>(
            "TaskHistoryCollector", new TaskHistory(archive), objects, sessions, ids);
    var queries =
        new TaskQueries(objects, collectors, Followers.onThreadsOfTheirOwn("task-history"));
    tasks.listen(queries);
    return queries;
  }
}
