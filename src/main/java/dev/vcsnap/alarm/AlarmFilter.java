package dev.vcsnap.alarm;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.AlarmFilterSpec;
import dev.vcsnap.vim.AlarmState;

/** Which triggered alarms somebody means; what is not said means all. */
record AlarmFilter(AlarmFilterSpec spec) {

  boolean matches(AlarmState state, DeclaredAlarm alarm, ManagedObject entity) {
    return byStatus(state) && byEntity(entity) && byTrigger(alarm.expressions());
  }

  private boolean byStatus(AlarmState state) {
    return spec.status == null
        || spec.status.isEmpty()
        || spec.status.contains(state.overallStatus);
  }

  private boolean byEntity(ManagedObject entity) {
    return switch (spec.typeEntity) {
      case "entityTypeHost" -> entity.type().isA("HostSystem");
      case "entityTypeVm" -> entity.type().isA("VirtualMachine");
      case null, default -> true;
    };
  }

  private boolean byTrigger(AlarmExpressions expressions) {
    return switch (spec.typeTrigger) {
      case "triggerTypeEvent" -> !expressions.triggers().isEmpty();
      case "triggerTypeMetric" -> expressions.condition() != null;
      case null, default -> true;
    };
  }
}
