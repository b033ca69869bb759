package dev.vcsnap.call;

import dev.vcsnap.history.HistoryCollectors;
import dev.vcsnap.vim.Event;

/** The collectors over what happened. */
public final class CollectorMethods implements MethodTable.Contributor {

  private final HistoryCollectors<Event> events;

  public CollectorMethods(HistoryCollectors<Event> events) {
    this.events = events;
  }

  @Override
  public void contribute(MethodTable table) {
    contribute(table, "EventHistoryCollector", "Events", events);
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
