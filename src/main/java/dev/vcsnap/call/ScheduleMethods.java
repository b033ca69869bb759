package dev.vcsnap.call;

import dev.vcsnap.schedule.ScheduleService;
import dev.vcsnap.vim.ScheduledTaskSpec;

/** The scheduled task manager and its tasks. */
public final class ScheduleMethods implements MethodTable.Contributor {

  private static final String MANAGER = "ScheduledTaskManager";
  private static final String TASK = "ScheduledTask";

  private final ScheduleService schedules;

  public ScheduleMethods(ScheduleService schedules) {
    this.schedules = schedules;
  }

  @Override
  public void contribute(MethodTable table) {
    create(table, "CreateScheduledTask", "entity");
    create(table, "CreateObjectScheduledTask", "obj");
    retrieve(table, "RetrieveEntityScheduledTask", "entity");
    retrieve(table, "RetrieveObjectScheduledTask", "obj");
    table
        .on(
            TASK,
            "ReconfigureScheduledTask",
            (context, self, arguments) -> {
              schedules.reconfigure(
                  self.reference(),
                  arguments.data("spec", ScheduledTaskSpec.class),
                  context.requireSession().userName());
              return null;
            })
        .on(
            TASK,
            "RemoveScheduledTask",
            (context, self, arguments) -> {
              schedules.remove(self.reference(), context.requireSession().userName());
              return null;
            })
        .on(
            TASK,
            "RunScheduledTask",
            (context, self, arguments) -> {
              schedules.run(self.reference());
              return null;
            });
  }

  private void create(MethodTable table, String method, String target) {
    table.on(
        MANAGER,
        method,
        (context, self, arguments) ->
            schedules.create(
                arguments.reference(target),
                arguments.data("spec", ScheduledTaskSpec.class),
                context.requireSession().userName()));
  }

  private void retrieve(MethodTable table, String method, String target) {
    table.on(
        MANAGER,
        method,
        (context, self, arguments) -> schedules.of(arguments.optionalReference(target)));
  }
}
