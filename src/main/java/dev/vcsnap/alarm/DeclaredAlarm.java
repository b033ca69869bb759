package dev.vcsnap.alarm;

import dev.vcsnap.history.EntityScope;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.AlarmInfo;

/**
 * An alarm as it was last declared.
 *
 * @param object what clients see of it
 * @param info what they asked for
 * @param scope the entity that it was declared on, and everything below
 */
record DeclaredAlarm(
    ManagedObject object, AlarmInfo info, EntityScope scope, AlarmExpressions expressions) {

  /** True if the alarm watches the entity. */
  boolean covers(ManagedObject entity) {
    return info.enabled && scope.contains(entity.reference());
  }
}
