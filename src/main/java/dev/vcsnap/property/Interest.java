package dev.vcsnap.property;

import dev.vcsnap.objects.Changes;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import java.util.List;

/**
 * What one filter would have to tell about, so that the changes of others need not wake its client.
 *
 * <p>Asked at every change of the registry, by the thread that made it, and cheap: it looks at the
 * objects that changed, not at those that it is interested in. The answer is right between two
 * collections of the filter.
 *
 * @param reported the filter's objects
 * @param dependencies what those were found by
 * @param plan what is read of them
 */
record Interest(ReportedStates reported, Dependencies dependencies, PropertyPlan plan) {

  /** True if one of the changes may be something to tell. */
  boolean isTouchedBy(Changes changes) {
    if (dependencies.mayChangeWith(changes)) {
      return true;
    }
    for (ManagedObject object : changes.objects()) {
      int index = reported.indexOf(object);
      if (index >= 0 && isTold(object, reported.state(index))) {
        return true;
      }
    }
    return false;
  }

  private boolean isTold(ManagedObject object, ObjectState before) {
    List<PropertyPath> paths = plan.pathsOf(object.type());
    if (object.isRemoved() || paths == null) {
      return true;
    }
    ObjectState now = object.state();
    for (PropertyPath path : paths) {
      if (now.changedAt(path.root()) > before.version()) {
        return true;
      }
    }
    return false;
  }
}
