package dev.vcsnap.property;

import dev.vcsnap.objects.ComputedProperty;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ReadPoint;
import java.util.Collection;

/** A property that gathers objects, and can say what the result depends on. */
interface LiveMembers extends ComputedProperty {

  /** The objects at one point, and into {@code dependencies} what they were gathered from. */
  Collection<ManagedObject> at(ReadPoint point, Dependencies dependencies);
}
