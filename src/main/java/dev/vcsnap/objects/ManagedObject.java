package dev.vcsnap.objects;

import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Vim25;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object on the server: a reference, its published properties, and the version at which each
 * last changed.
 *
 * <p>Properties change only through {@link ObjectRegistry#change}.
 */
public final class ManagedObject {

  private static final long NEVER = Long.MAX_VALUE;

  private final ManagedObjectReference reference;
  private final ManagedType type;
  private volatile Map<String, ComputedProperty> computed = Map.of();
  private volatile ObjectState published;
  private volatile long addedAt = NEVER;
  private volatile long removedAt = NEVER;
  private @Nullable ManagedObjectReference about;

  /**
   * Makes an object that nobody sees until it is added to the registry.
   *
   * @throws IllegalArgumentException if the interface has no such managed type
   */
  public ManagedObject(String type, String id) {
    ManagedType found = Vim25.managed(type);
    if (found == null) {
      throw new IllegalArgumentException("'" + type + "' is not a managed object type");
    }
    this.type = found;
    this.reference = new ManagedObjectReference(type, id);
    this.published = new ObjectState(found);
  }

  public ManagedObjectReference reference() {
    return reference;
  }

  public ManagedType type() {
    return type;
  }

  /** The id alone, e.g. {@code vm-62}. */
  public String id() {
    return reference.value();
  }

  /**
   * Declares a property that is made at each read, or replaces how it is made; it never causes an
   * update.
   */
  public synchronized ManagedObject computed(String property, ComputedProperty value) {
    requireKnown(property);
    Map<String, ComputedProperty> more = new HashMap<>(computed);
    more.put(property, value);
    computed = more;
    return this;
  }

  /**
   * Says which member of the inventory the object is about, where no property does. Call before
   * publishing the object.
   */
  public ManagedObject about(ManagedObjectReference entity) {
    about = entity;
    return this;
  }

  /** The member of the inventory that the object is about; null if a property says so, or none. */
  public @Nullable ManagedObjectReference about() {
    return about;
  }

  /** The value of a property for one reader; null if unset. */
  public @Nullable Object get(String property, @Nullable String sessionId) {
    ComputedProperty function = computed.get(property);
    return function != null ? function.valueFor(sessionId) : published.get(property);
  }

  /** The function behind a property that is made at each read; null for a published one. */
  public @Nullable ComputedProperty computedBy(String property) {
    return computed.get(property);
  }

  /** What is published now. */
  public ObjectState state() {
    return published;
  }

  /** True if the object was taken out of the registry. */
  public boolean isRemoved() {
    return removedAt != NEVER;
  }

  /** The published value of a property; null if unset. */
  public @Nullable Object get(String property) {
    return get(property, null);
  }

  /** The registry version at which any published property last changed. */
  public long version() {
    return published.version();
  }

  /**
   * The registry version at which this property last changed; 0 for one that was never published.
   */
  public long changedAt(String property) {
    return published.changedAt(property);
  }

  /**
   * Replaces values; a null value unsets. Returns whether anything differs from before.
   *
   * @param oldest the version back to which readers may still ask
   */
  boolean publish(Map<String, @Nullable Object> changes, long version, long oldest) {
    ObjectState before = published;
    ObjectState after = before.with(changes, version);
    if (isSame(before, after)) {
      return false;
    }
    after.keep(before, oldest);
    published = after;
    return true;
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(ObjectState before, ObjectState after) {
    return before == after;
  }

  void addedAt(long version) {
    removedAt = NEVER;
    addedAt = version;
  }

  void removedAt(long version) {
    removedAt = version;
  }

  long removedAt() {
    return removedAt;
  }

  boolean isPresentAt(long version) {
    return addedAt <= version && version < removedAt;
  }

  private void requireKnown(String property) {
    if (!type.properties().containsKey(property)) {
      throw new IllegalArgumentException(type.name() + " has no property '" + property + "'");
    }
  }

  @Override
  public String toString() {
    return reference.toString();
  }
}
