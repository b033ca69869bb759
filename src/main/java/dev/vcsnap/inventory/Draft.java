package dev.vcsnap.inventory;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.Transaction;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object with its first values, before anybody can see it. */
final class Draft {

  private final ManagedObject object;
  private final Map<String, Object> values = new LinkedHashMap<>();

  Draft(ManagedObjectReference reference) {
    this.object = new ManagedObject(reference.type(), reference.value());
  }

  /** A member of the inventory tree, with the properties that all members share. */
  static Draft entity(
      ManagedObjectReference reference, String name, @Nullable ManagedObjectReference parent) {
    Draft draft =
        new Draft(reference)
            .set("name", name)
            .set("overallStatus", ManagedEntityStatus.green)
            .set("configStatus", ManagedEntityStatus.green)
            .set("alarmActionsEnabled", true);
    for (String list :
        List.of(
            "configIssue",
            "recentTask",
            "tag",
            "value",
            "availableField",
            "customValue",
            "triggeredAlarmState",
            "declaredAlarmState",
            "disabledMethod")) {
      draft.set(list, List.of());
    }
    if (parent != null) {
      draft.set("parent", parent);
    }
    return draft;
  }

  Draft set(String property, Object value) {
    values.put(property, value);
    return this;
  }

  ManagedObject object() {
    return object;
  }

  ManagedObjectReference reference() {
    return object.reference();
  }

  void publish(Transaction tx) {
    tx.add(object);
    values.forEach((property, value) -> tx.set(object, property, value));
  }
}
