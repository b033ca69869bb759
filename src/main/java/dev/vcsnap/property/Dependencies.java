package dev.vcsnap.property;

import dev.vcsnap.objects.Changes;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.objects.ReadPoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a selection of objects was made from, so that it is made again only when that changed. */
final class Dependencies {

  /** One object that was looked into, as it was then, and the properties that were followed. */
  private static final class Source {
    private final ManagedObject object;
    private final List<String> properties;
    private ObjectState state;

    Source(ManagedObject object, ObjectState state, List<String> properties) {
      this.object = object;
      this.state = state;
      this.properties = properties;
    }

    boolean changedAt(ReadPoint point) {
      if (!point.contains(object)) {
        return true;
      }
      ObjectState now = point.stateOf(object);
      if (now == state) {
        return false;
      }
      if (differs(now)) {
        return true;
      }
      state = now;
      return false;
    }

    boolean isTouched() {
      return object.isRemoved() || differs(object.state());
    }

    private boolean differs(ObjectState now) {
      for (String property : properties) {
        if (now.changedAt(property) > state.version()) {
          return true;
        }
      }
      return false;
    }
  }

  private final Map<ManagedObject, List<Source>> sources = new HashMap<>();
  private final long membershipVersion;
  private boolean unresolved;
  private boolean computed;

  Dependencies(ReadPoint point) {
    this.membershipVersion = point.membershipVersion();
  }

  /** Notes that properties of an object were followed. */
  void followed(ManagedObject object, ObjectState state, List<String> properties) {
    sources
        .computeIfAbsent(object, o -> new ArrayList<>(1))
        .add(new Source(object, state, properties));
  }

  /** Notes a reference to an object that is not there; it may come. */
  void unresolved() {
    unresolved = true;
  }

  /** Notes a value that may differ at every read. */
  void computed() {
    computed = true;
  }

  /** Takes over what a part of the selection was made from. */
  void include(Dependencies part) {
    part.sources.forEach((object, list) ->
        list.forEach(source -> followed(object, source.state, source.properties)));
    unresolved |= part.unresolved;
    computed |= part.computed;
  }

  /** True if the selection has to be made again. */
  boolean changedAt(ReadPoint point) {
    return changedAt(point, null);
  }

  /**
   * True if the selection has to be made again.
   *
   * @param changed all objects that changed since the last look; null if that is not known
   */
  boolean changedAt(ReadPoint point, @Nullable Collection<ManagedObject> changed) {
    if (computed || (unresolved && point.membershipVersion() != membershipVersion)) {
      return true;
    }
    for (ManagedObject object : changed == null ? sources.keySet() : changed) {
      for (Source source : sources.getOrDefault(object, List.of())) {
        if (source.changedAt(point)) {
          return true;
        }
      }
    }
    return false;
  }

  /** True if the changes, which were just made, may be a reason to make the selection again. */
  boolean mayChangeWith(Changes changes) {
    if (computed || (unresolved && changes.membership())) {
      return true;
    }
    for (ManagedObject object : changes.objects()) {
      for (Source source : sources.getOrDefault(object, List.of())) {
        if (source.isTouched()) {
          return true;
        }
      }
    }
    return false;
  }
}
