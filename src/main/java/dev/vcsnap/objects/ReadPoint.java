package dev.vcsnap.objects;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The registry as it was after one transaction and before the next, while others go on changing it.
 *
 * <p>Short-lived: what has to be kept for it is let go when it is closed.
 */
public final class ReadPoint implements AutoCloseable {

  private final ObjectRegistry registry;
  private final long version;
  private final long membershipVersion;

  /** Guarded by the registry. */
  boolean closed;

  ReadPoint(ObjectRegistry registry, long version, long membershipVersion) {
    this.registry = registry;
    this.version = version;
    this.membershipVersion = membershipVersion;
  }

  /** The version of the last transaction that is seen. */
  public long version() {
    return version;
  }

  /** The version at which an object last came or went. */
  public long membershipVersion() {
    return membershipVersion;
  }

  /**
   * The object that a reference points to, or null; its type may name any ancestor of the object's.
   */
  public @Nullable ManagedObject find(ManagedObjectReference reference) {
    ManagedObject object = registry.findAt(reference.value(), version);
    return object != null && object.type().isA(reference.type()) ? object : null;
  }

  /** True if the object is in the registry. */
  public boolean contains(ManagedObject object) {
    return object.isPresentAt(version);
  }

  /** What the object had published. */
  public ObjectState stateOf(ManagedObject object) {
    return object.state().at(version);
  }

  /**
   * The objects that changed, came or went after an earlier version; null if that is too long ago
   * to be known.
   */
  public @Nullable Set<ManagedObject> changedSince(long earlier) {
    return registry.changedBetween(earlier, version);
  }

  @Override
  public void close() {
    registry.closed(this);
  }
}
