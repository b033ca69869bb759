package dev.vcsnap.call;

import dev.vcsnap.event.EventQueries;
import dev.vcsnap.event.UserEvents;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventFilterSpec;
import dev.vcsnap.vim.TaskInfo;
import org.jspecify.annotations.Nullable;

/** The event manager. */
public final class EventMethods implements MethodTable.Contributor {

  private static final String TYPE = "EventManager";

  private final EventQueries queries;
  private final UserEvents posted;

  public EventMethods(EventQueries queries, UserEvents posted) {
    this.queries = queries;
    this.posted = posted;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(
            TYPE,
            "QueryEvents",
            (context, self, arguments) ->
                queries.query(
                    context.requireSession(), arguments.data("filter", EventFilterSpec.class)))
        .on(
            TYPE,
            "CreateCollectorForEvents",
            (context, self, arguments) ->
                queries.collect(
                    context.requireSession(), arguments.data("filter", EventFilterSpec.class)))
        .on(
            TYPE,
            "RetrieveArgumentDescription",
            (context, self, arguments) -> queries.arguments(arguments.string("eventTypeId")))
        .on(TYPE, "LogUserEvent", this::log)
        .on(TYPE, "PostEvent", this::post);
  }

  private @Nullable Object log(CallContext context, ManagedObject self, Arguments arguments) {
    posted.log(
        context.requireSession().userName(),
        arguments.reference("entity"),
        arguments.string("msg"));
    return null;
  }

  private @Nullable Object post(CallContext context, ManagedObject self, Arguments arguments) {
    posted.post(
        context.requireSession().userName(),
        arguments.data("eventToPost", Event.class),
        arguments.optionalData("taskInfo", TaskInfo.class));
    return null;
  }
}
