package dev.vcsnap.objects;

import dev.vcsnap.vim.ManagedType;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one object had published at one version: values that never change, so that a reader can keep
 * it and compare later.
 *
 * <p>Two reads that give the same instance had nothing change between them. The values lie by the
 * position of their property in the type: there are as many of these as there are objects.
 */
public final class ObjectState {

  private final ManagedType type;
  private final @Nullable Object[] values;
  private final long[] changedAt;
  private final long version;

  /** The state before this one, kept only while a {@link ReadPoint} may still ask for it. */
  private volatile @Nullable ObjectState previous;

  /** Nothing is published yet. */
  ObjectState(ManagedType type) {
    this(type, new Object[type.properties().size()], new long[type.properties().size()], 0);
  }

  private ObjectState(ManagedType type, @Nullable Object[] values, long[] changedAt, long version) {
    this.type = type;
    this.values = values;
    this.changedAt = changedAt;
    this.version = version;
  }

  /** The published value of a property; null if unset. */
  public @Nullable Object get(String property) {
    int index = type.indexOf(property);
    return index < 0 ? null : values[index];
  }

  /**
   * The registry version at which this property last changed; 0 for one that was never published.
   */
  public long changedAt(String property) {
    int index = type.indexOf(property);
    return index < 0 ? 0 : changedAt[index];
  }

  /** The registry version at which any property last changed. */
  public long version() {
    return version;
  }

  /**
   * This state with other values, a null value unsetting; this itself if nothing differs.
   *
   * @throws IllegalArgumentException for a property that the type has not
   */
  ObjectState with(Map<String, @Nullable Object> changes, long atVersion) {
    @Nullable Object[] changedValues = null;
    long[] changedVersions = changedAt;
    for (var change : changes.entrySet()) {
      int index = type.indexOf(change.getKey());
      if (index < 0) {
        throw new IllegalArgumentException(
            type.name() + " has no property '" + change.getKey() + "'");
      }
      if (!Objects.equals(values[index], change.getValue())) {
        if (changedValues == null) {
          changedValues = values.clone();
          changedVersions = changedAt.clone();
        }
        changedValues[index] = change.getValue();
        changedVersions[index] = atVersion;
      }
    }
    return changedValues == null
        ? this
        : new ObjectState(type, changedValues, changedVersions, atVersion);
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
