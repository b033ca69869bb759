package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.objects.ReadPoint;
import java.util.ArrayList;
import java.util.List;

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
      for (String property : properties) {
        if (now.changedAt(property) > state.version()) {
          return true;
        }
      }
      state = now;
      return false;
    }
  }

  private final List<Source> sources = new ArrayList<>();
  private final long membershipVersion;
  private boolean unresolved;
  private boolean computed;

  Dependencies(ReadPoint point) {
    this.membershipVersion = point.membershipVersion();
  }

  /** Notes that properties of an object were followed. */
  void followed(ManagedObject object, ObjectState state, List<String> properties) {
    sources.add(new Source(object, state, properties));
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
    for (Source source : part.sources) {
      sources.add(new Source(source.object, source.state, source.properties));
    }
    unresolved |= part.unresolved;
    computed |= part.computed;
  }

  boolean changedAt(ReadPoint point) {
    if (computed || (unresolved && point.membershipVersion() != membershipVersion)) {
      return true;
    }
    for (Source source : sources) {
      if (source.changedAt(point)) {
        return true;
      }
    }
    return false;
  }

  /** True if only changes of the objects that {@link #objects} lists can change the selection. */
  boolean isClosed() {
    return !computed && !unresolved;
  }

  int size() {
    return sources.size();
  }

  List<ManagedObject> objects() {
    return sources.stream().map(source -> source.object).toList();
  }
}
