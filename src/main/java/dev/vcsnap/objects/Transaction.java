package dev.vcsnap.objects;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes that become visible together. */
public final class Transaction {

  final Map<ManagedObject, Map<String, @Nullable Object>> values = new LinkedHashMap<>();

  private record Update(
      ManagedObject object, String property, UnaryOperator<@Nullable Object> change) {}

  private final List<Update> updates = new ArrayList<>();
  final Set<ManagedObject> added = new LinkedHashSet<>();
  final Set<ManagedObjectReference> removed = new LinkedHashSet<>();

  Transaction() {}

  /** Sets a property; null unsets it. */
  public Transaction set(ManagedObject object, String property, @Nullable Object value) {
    values.computeIfAbsent(object, o -> new LinkedHashMap<>()).put(property, value);
    return this;
  }

  /**
   * Changes what a property is at the moment at which the transaction is published, so that no
   * change made meanwhile by others is lost; the function must be quick.
   */
  public Transaction update(
      ManagedObject object, String property, UnaryOperator<@Nullable Object> change) {
    updates.add(new Update(object, property, change));
    return this;
  }

  /** Works out the updates; nobody else publishes meanwhile. */
  void settle() {
    for (Update update : updates) {
      var own = values.computeIfAbsent(update.object, o -> new LinkedHashMap<>());
      Object before =
          own.containsKey(update.property)
              ? own.get(update.property)
              : update.object.state().get(update.property);
      own.put(update.property, update.change.apply(before));
    }
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
