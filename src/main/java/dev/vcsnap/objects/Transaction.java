package dev.vcsnap.objects;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes that become visible together. */
public final class Transaction {

  final Map<ManagedObject, Map<String, @Nullable Object>> values = new LinkedHashMap<>();
  final Set<ManagedObject> added = new LinkedHashSet<>();
  final Set<ManagedObjectReference> removed = new LinkedHashSet<>();

  Transaction() {}

  /** Sets a property; null unsets it. */
  public Transaction set(ManagedObject object, String property, @Nullable Object value) {
    values.computeIfAbsent(object, o -> new LinkedHashMap<>()).put(property, value);
    return this;
  }

  /** Brings a new object into the registry. */
  public Transaction add(ManagedObject object) {
    added.add(object);
    return this;
  }

  /** Takes an object out; references to it are stale from then on. */
  public Transaction remove(ManagedObjectReference reference) {
    removed.add(reference);
    return this;
  }
}
