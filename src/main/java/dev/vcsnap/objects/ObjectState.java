package dev.vcsnap.objects;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one object had published at one version: values that never change, so that a reader can keep
 * it and compare later.
 *
 * <p>Two reads that give the same instance had nothing change between them.
 */
public final class ObjectState {

  static final ObjectState NOTHING = new ObjectState(Map.of(), Map.of(), 0);

  final Map<String, Object> values;
  final Map<String, Long> changedAt;
  private final long version;

  /** The state before this one, kept only while a {@link ReadPoint} may still ask for it. */
  private volatile @Nullable ObjectState previous;

  ObjectState(Map<String, Object> values, Map<String, Long> changedAt, long version) {
    this.values = values;
    this.changedAt = changedAt;
    this.version = version;
  }

  /** The published value of a property; null if unset. */
  public @Nullable Object get(String property) {
    return values.get(property);
  }

  /**
   * The registry version at which this property last changed; 0 for one that was never published.
   */
  public long changedAt(String property) {
    return changedAt.getOrDefault(property, 0L);
  }

  /** The registry version at which any property last changed. */
  public long version() {
    return version;
  }

  /** The newest state that is not newer than {@code limit}, as far as it was kept. */
  ObjectState at(long limit) {
    ObjectState state = this;
    while (state.version > limit) {
      ObjectState older = state.previous;
      if (older == null) {
        return state;
      }
      state = older;
    }
    return state;
  }

  /** Keeps {@code before} and its past, as far back as a reader at version {@code oldest} needs. */
  void keep(ObjectState before, long oldest) {
    if (version <= oldest) {
      return;
    }
    previous = before;
    ObjectState last = before;
    ObjectState older = last.previous;
    while (older != null && last.version > oldest) {
      last = older;
      older = last.previous;
    }
    last.previous = null;
  }
}
