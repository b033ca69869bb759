package dev.vcsnap.alarm;

import dev.vcsnap.vim.AlarmExpression;
import dev.vcsnap.vim.AlarmSetting;
import dev.vcsnap.vim.AlarmSpec;
import dev.vcsnap.vim.EventAlarmExpression;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.OrAlarmExpression;
import dev.vcsnap.vim.StateAlarmExpression;
import dev.vcsnap.vim.StateAlarmOperator;
import java.util.List;

/** The alarms that a new server has on its root folder. */
final class DefaultAlarms {

  private DefaultAlarms() {}

  static List<AlarmSpec> specs() {
    return List.of(
        spec(
            "Virtual machine Consolidation Needed status",
            "alarm.VmConsolidationNeeded",
            "The disks of a virtual machine have links that no snapshot needs",
            consolidationNeeded()),
        spec(
            "Virtual machine snapshot age",
            "alarm.vcsnap.SnapshotOld",
            "A snapshot is older than vcsnap.alarms.snapshot-age-max",
            told(SnapshotProblem.OLD)),
        spec(
            "Virtual machine snapshot chain length",
            "alarm.vcsnap.SnapshotChainDeep",
            "The running disks depend on more than vcsnap.alarms.snapshot-chain-max snapshots",
            told(SnapshotProblem.DEEP)),
        spec(
            "Virtual machine snapshot size",
            "alarm.vcsnap.SnapshotDeltaLarge",
            "A delta disk takes more than vcsnap.alarms.delta-share-max percent of its disk",
            told(SnapshotProblem.LARGE)));
  }

  private static AlarmSpec spec(
      String name, String systemName, String description, AlarmExpression expression) {
    var spec = new AlarmSpec();
    spec.name = name;
    spec.systemName = systemName;
    spec.description = description;
    spec.enabled = true;
    spec.expression = expression;
    spec.setting = new AlarmSetting();
    return spec;
  }

  private static AlarmExpression consolidationNeeded() {
    var state = new StateAlarmExpression();
    state.operator = StateAlarmOperator.isEqual;
    state.type = "VirtualMachine";
    state.statePath = "runtime.consolidationNeeded";
    state.yellow = "true";
    return state;
  }

  private static AlarmExpression told(SnapshotProblem problem) {
    var or = new OrAlarmExpression();
    or.expression =
        List.of(
            onEvent(problem.beginning(), ManagedEntityStatus.yellow),
            onEvent(problem.end(), ManagedEntityStatus.green));
    return or;
  }

  private static EventAlarmExpression onEvent(String id, ManagedEntityStatus status) {
    var expression = new EventAlarmExpression();
    expression.eventType = "EventEx";
    expression.eventTypeId = id;
    expression.objectType = "VirtualMachine";
    expression.status = status;
    return expression;
  }
}
