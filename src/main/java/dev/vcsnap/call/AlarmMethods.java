package dev.vcsnap.call;

import dev.vcsnap.alarm.AlarmService;
import dev.vcsnap.vim.AlarmFilterSpec;
import dev.vcsnap.vim.AlarmSpec;

/** The alarm manager and its alarms. */
public final class AlarmMethods implements MethodTable.Contributor {

  private static final String MANAGER = "AlarmManager";
  private static final String ALARM = "Alarm";

  private final AlarmService alarms;

  public AlarmMethods(AlarmService alarms) {
    this.alarms = alarms;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(
            MANAGER,
            "CreateAlarm",
            (context, self, arguments) ->
                alarms.create(
                    arguments.reference("entity"),
                    arguments.data("spec", AlarmSpec.class),
                    context.requireSession().userName()))
        .on(
            MANAGER,
            "GetAlarm",
            (context, self, arguments) -> alarms.declaredOn(arguments.optionalReference("entity")))
        .on(
            MANAGER,
            "GetAlarmState",
            (context, self, arguments) -> alarms.statesOf(arguments.reference("entity")))
        .on(
            MANAGER,
            "AreAlarmActionsEnabled",
            (context, self, arguments) -> alarms.actionsEnabled(arguments.reference("entity")))
        .on(
            MANAGER,
            "EnableAlarmActions",
            (context, self, arguments) -> {
              alarms.enableActions(arguments.reference("entity"), arguments.bool("enabled"));
              return null;
            })
        .on(MANAGER, "EnableAlarm", enabling(true))
        .on(MANAGER, "DisableAlarm", enabling(false))
        .on(
            MANAGER,
            "AcknowledgeAlarm",
            (context, self, arguments) -> {
              alarms.acknowledge(
                  arguments.reference("alarm"),
                  arguments.reference("entity"),
                  context.requireSession().userName());
              return null;
            })
        .on(
            MANAGER,
            "ClearTriggeredAlarms",
            (context, self, arguments) -> {
              alarms.clear(
                  arguments.data("filter", AlarmFilterSpec.class),
                  context.requireSession().userName());
              return null;
            })
        .on(
            ALARM,
            "ReconfigureAlarm",
            (context, self, arguments) -> {
              alarms.reconfigure(
                  self.reference(),
                  arguments.data("spec", AlarmSpec.class),
                  context.requireSession().userName());
              return null;
            })
        .on(
            ALARM,
            "RemoveAlarm",
            (context, self, arguments) -> {
              alarms.remove(self.reference(), context.requireSession().userName());
              return null;
            });
  }

  private MethodHandler enabling(boolean enabled) {
    return (context, self, arguments) -> {
      alarms.enable(arguments.reference("alarm"), arguments.reference("entity"), enabled);
      return null;
    };
  }
}
