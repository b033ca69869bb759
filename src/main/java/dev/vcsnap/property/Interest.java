package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.objects.ReadPoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The few objects that a waiting collector waits for, so that changes of others need not wake it.
 *
 * <p>Immutable, and cheap to ask: it is asked at every change of the registry.
 */
final class Interest {

  /** More objects than this are not worth asking one by one. */
  private static final int OBJECTS_MAX = 64;

  /** Any change is of interest. */
  static final Interest ANYTHING = new Interest(List.of(), List.of(), true);

  private final ManagedObject[] objects;
  private final ObjectState[] states;
  private final boolean anything;

  private Interest(List<ManagedObject> objects, List<ObjectState> states, boolean anything) {
    this.objects = objects.toArray(ManagedObject[]::new);
    this.states = states.toArray(ObjectState[]::new);
    this.anything = anything;
  }

  /** True if one of the objects is not as it was any more. */
  boolean isTouched() {
    if (anything) {
      return true;
    }
    for (int i = 0; i < objects.length; i++) {
      if (objects[i].state() != states[i] || objects[i].isRemoved()) {
        return true;
      }
    }
    return false;
  }

  /** Collects the objects. */
  static final class Builder {
    private final List<ManagedObject> objects = new ArrayList<>();
    private final List<ObjectState> states = new ArrayList<>();

    /** Adds objects as they are at a point; false if they are too many. */
    boolean addAll(ReadPoint point, Collection<ManagedObject> more) {
      if (objects.size() + more.size() > OBJECTS_MAX) {
        return false;
      }
      for (ManagedObject object : more) {
        objects.add(object);
        states.add(point.stateOf(object));
      }
      return true;
    }

    Interest build() {
      return new Interest(objects, states, false);
    }
  }
}
