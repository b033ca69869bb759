package dev.vcsnap.alarm;

import dev.vcsnap.vim.AlarmExpression;
import dev.vcsnap.vim.AndAlarmExpression;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventAlarmExpression;
import dev.vcsnap.vim.EventAlarmExpressionComparison;
import dev.vcsnap.vim.EventAlarmExpressionComparisonOperator;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.MetricAlarmExpression;
import dev.vcsnap.vim.OrAlarmExpression;
import dev.vcsnap.vim.StateAlarmExpression;
import dev.vcsnap.vim.StateAlarmOperator;
import dev.vcsnap.vim.Vim25;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alarm's expression, taken apart into what is read off an entity and what waits for events.
 *
 * @param condition null if the expression waits for events only
 * @param triggers of which the last that matched counts
 */
record AlarmExpressions(@Nullable AlarmCondition condition, List<AlarmTrigger> triggers) {

  private static final int PARTS_MAX = 100;
  private static final int LEVELS_MAX = 5;

  /**
   * Takes an expression apart.
   *
   * @throws dev.vcsnap.vim.VimException InvalidArgument for one that is incomplete or names what
   *     the interface does not have; NotSupported for metrics, and for events that must come
   *     together
   */
  static AlarmExpressions of(@Nullable AlarmExpression expression) {
    List<AlarmTrigger> triggers = new ArrayList<>();
    AlarmCondition condition = condition(expression, triggers, 1);
    return new AlarmExpressions(condition, List.copyOf(triggers));
  }

  private static @Nullable AlarmCondition condition(
      @Nullable AlarmExpression expression, List<AlarmTrigger> triggers, int level) {
    return switch (expression) {
      case StateAlarmExpression state -> state(state);
      case EventAlarmExpression event -> {
        triggers.add(trigger(event));
        yield null;
      }
      case OrAlarmExpression or -> {
        List<AlarmCondition> parts = parts(or.expression, triggers, level);
        yield parts.isEmpty() ? null : new AlarmCondition.Any(parts);
      }
      case AndAlarmExpression and -> {
        List<AlarmTrigger> inside = new ArrayList<>();
        List<AlarmCondition> parts = parts(and.expression, inside, level);
        if (!inside.isEmpty()) {
          throw Faults.notSupported("AlarmManager.CreateAlarm with an And of events");
        }
        yield new AlarmCondition.All(parts);
      }
      case MetricAlarmExpression metric ->
          throw Faults.notSupported("AlarmManager.CreateAlarm with MetricAlarmExpression");
      case null, default -> throw Faults.invalidArgument("spec.expression");
    };
  }

  private static List<AlarmCondition> parts(
      @Nullable List<AlarmExpression> expressions, List<AlarmTrigger> triggers, int level) {
    if (expressions == null
        || expressions.isEmpty()
        || expressions.size() > PARTS_MAX
        || level == LEVELS_MAX) {
      throw Faults.invalidArgument("spec.expression");
    }
    List<AlarmCondition> parts = new ArrayList<>();
    for (AlarmExpression expression : expressions) {
      AlarmCondition part = condition(expression, triggers, level + 1);
      if (part != null) {
        parts.add(part);
      }
    }
    return List.copyOf(parts);
  }

  private static AlarmCondition state(StateAlarmExpression expression) {
    ManagedType type = Vim25.managed(expression.type == null ? "" : bare(expression.type));
    if (type == null || !type.isA("ManagedEntity")) {
      throw Faults.invalidArgument("spec.expression.type");
    }
    String path = expression.statePath;
    if (path == null || !type.properties().containsKey(path.replaceFirst("\\..*", ""))) {
      throw Faults.invalidArgument("spec.expression.statePath");
    }
    return new AlarmCondition.State(
        type.name(),
        path,
        expression.operator == StateAlarmOperator.isEqual,
        expression.yellow,
        expression.red);
  }

  private static AlarmTrigger trigger(EventAlarmExpression expression) {
    DataType type = Vim25.data(expression.eventType == null ? "" : bare(expression.eventType));
    if (type == null || !type.isA(Event.TYPE)) {
      throw Faults.invalidArgument("spec.expression.eventType");
    }
    List<EventAlarmExpressionComparison> comparisons =
        expression.comparisons == null ? List.of() : expression.comparisons;
    for (EventAlarmExpressionComparison comparison : comparisons) {
      if (comparison.attributeName == null
          || comparison.value == null
          || comparison.operator == null
          || EventAlarmExpressionComparisonOperator.TYPE.valueOf(comparison.operator) == null) {
        throw Faults.invalidArgument("spec.expression.comparisons");
      }
    }
    return new AlarmTrigger(
        type,
        expression.eventTypeId,
        expression.objectType == null ? null : bare(expression.objectType),
        expression.status,
        List.copyOf(comparisons));
  }

  private static String bare(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
