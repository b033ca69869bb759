package dev.vcsnap.call;

import dev.vcsnap.history.HistoryCollectors;
import dev.vcsnap.history.TaskQueries;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.TaskFilterSpec;

/** The collectors over what happened. */
public final class CollectorMethods implements MethodTable.Contributor {

  private final HistoryCollectors<Event> events;
  private final TaskQueries tasks;

  public CollectorMethods(HistoryCollectors<Event> events, TaskQueries tasks) {
    this.events = events;
    this.tasks = tasks;
  }

  @Override
  public void contribute(MethodTable table) {
    contribute(table, "EventHistoryCollector", "Events", events);
    contribute(table, "TaskHistoryCollector", "Tasks", tasks.collectors());
    table.on(
        "TaskManager",
        "CreateCollectorForTasks",
        (context, self, arguments) ->
            tasks.collect(
                context.requireSession(), arguments.data("filter", TaskFilterSpec.class)));
  }

  private static void contribute(
      MethodTable table, String type, String items, HistoryCollectors<?> collectors) {
    table
        .on(
            type,
            "ReadNext" + items,
            (context, self, arguments) ->
                collectors.next(
                    context.requireSession(), self.reference(), arguments.integer("maxCount")))
        .on(
            type,
            "ReadPrevious" + items,
            (context, self, arguments) ->
                collectors.previous(
                    context.requireSession(), self.reference(), arguments.integer("maxCount")))
        .on(
            type,
            "RewindCollector",
            (context, self, arguments) -> {
              collectors.rewind(context.requireSession(), self.reference());
              return null;
            })
        .on(
            type,
            "ResetCollector",
            (context, self, arguments) -> {
              collectors.reset(context.requireSession(), self.reference());
              return null;
            })
        .on(
            type,
            "SetCollectorPageSize",
            (context, self, arguments) -> {
              collectors.pageSize(
                  context.requireSession(), self.reference(), arguments.integer("maxCount"));
              return null;
            })
        .on(
            type,
            "DestroyCollector",
            (context, self, arguments) -> {
              collectors.destroy(context.requireSession(), self.reference());
              return null;
            });
  }
}
