package dev.vcsnap.objects;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which objects changed at which version, for the last few thousand changes: who knows what an
 * earlier version looked like need not look at all objects again.
 *
 * <p>Not thread-safe: the registry guards it.
 */
final class ChangeLog {

  private static final int ENTRIES = 4_096;

  private final @Nullable ManagedObject[] objects = new ManagedObject[ENTRIES];
  private final long[] versions = new long[ENTRIES];
  private long count;

  /** The newest version of which an entry was overwritten. */
  private long forgotten;

  void add(long version, Collection<ManagedObject> changed) {
    for (ManagedObject object : changed) {
      int slot = (int) (count++ % ENTRIES);
      forgotten = versions[slot];
      objects[slot] = object;
      versions[slot] = version;
    }
  }

  /** What changed after one version and not after another; null if that is not known any more. */
  @Nullable Set<ManagedObject> between(long after, long upTo) {
    if (after < forgotten) {
      return null;
    }
    Set<ManagedObject> changed = new LinkedHashSet<>();
    for (long i = count - 1; i >= 0 && i > count - 1 - ENTRIES; i--) {
      int slot = (int) (i % ENTRIES);
      ManagedObject object = objects[slot];
      if (versions[slot] <= after || object == null) {
        break;
      }
      if (versions[slot] <= upTo) {
        changed.add(object);
      }
    }
    return changed;
  }
}
