package dev.vcsnap.alarm;

import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventAlarmExpressionComparison;
import dev.vcsnap.vim.EventEx;
import dev.vcsnap.vim.ManagedEntityStatus;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of an alarm's expression that waits for an event.
 *
 * @param eventType the kind of event, those that extend it included
 * @param eventTypeId which {@code EventEx}; null for any
 * @param objectType the kind of entity that the event must be about; null for any
 * @param status what the entity becomes by it; null if only the event is of interest
 * @param comparisons what else must hold of the event
 */
record AlarmTrigger(
    DataType eventType,
    @Nullable String eventTypeId,
    @Nullable String objectType,
    @Nullable ManagedEntityStatus status,
    List<EventAlarmExpressionComparison> comparisons) {

  boolean matches(Event event) {
    return event.vimType().isA(eventType)
        && (eventTypeId == null
            || (event instanceof EventEx other
                ? eventTypeId.equals(other.eventTypeId)
                : eventTypeId.endsWith("." + event.vimType().name())))
        && comparisons.stream().allMatch(comparison -> holds(comparison, event));
  }

  private static boolean holds(EventAlarmExpressionComparison comparison, Event event) {
    Object value = event;
    for (String member : comparison.attributeName.split("\\.", -1)) {
      int index = value instanceof DataObject data ? data.vimType().indexOf(member) : -1;
      value = index < 0 ? null : ((DataObject) Objects.requireNonNull(value)).get(index);
    }
    String text = value == null ? "" : value.toString();
    return switch (comparison.operator) {
      case "equals" -> text.equals(comparison.value);
      case "notEqualTo" -> !text.equals(comparison.value);
      case "startsWith" -> text.startsWith(comparison.value);
      case "doesNotStartWith" -> !text.startsWith(comparison.value);
      case "endsWith" -> text.endsWith(comparison.value);
      default -> !text.endsWith(comparison.value);
    };
  }
}
