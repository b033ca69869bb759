package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import java.util.Arrays;
import java.util.List;

/**
 * What a filter last told of each of its objects: one state an object, found by object.
 *
 * <p>Which objects these are never changes; another set of objects is another instance. Built of
 * three arrays because hundreds of sessions may each look at every machine.
 */
final class ReportedStates {

  static final ReportedStates NONE = new ReportedStates(List.of(), List.of());

  private final ManagedObject[] objects;
  private final ObjectState[] states;

  /** Positions plus one by hash, 0 where there is none; collisions go to the next free slot. */
  private final int[] table;

  ReportedStates(List<ManagedObject> objects, List<ObjectState> states) {
    this.objects = objects.toArray(ManagedObject[]::new);
    this.states = states.toArray(ObjectState[]::new);
    this.table = new int[Integer.highestOneBit(Math.max(1, this.objects.length * 4 / 3)) * 2];
    for (int i = 0; i < this.objects.length; i++) {
      int slot = slotOf(this.objects[i]);
      while (table[slot] != 0) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = i + 1;
    }
  }

  int size() {
    return objects.length;
  }

  /** The position of an object, or -1. */
  int indexOf(ManagedObject object) {
    int slot = slotOf(object);
    while (table[slot] != 0) {
      int index = table[slot] - 1;
      if (objects[index] == object) {
        return index;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return -1;
  }

  ManagedObject object(int index) {
    return objects[index];
  }

  ObjectState state(int index) {
    return states[index];
  }

  void state(int index, ObjectState state) {
    states[index] = state;
  }

  private int slotOf(ManagedObject object) {
    int hash = System.identityHashCode(object);
    return (hash ^ (hash >>> 16)) & (table.length - 1);
  }

  @Override
  public String toString() {
    return Arrays.toString(objects);
  }
}
