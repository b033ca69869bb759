package dev.vcsnap.objects;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one server by id, and the version that grows with every change to any of them.
 *
 * <p>Listeners are told after each change, on the thread that made it, and must return at once.
 */
public final class ObjectRegistry {

  private final Map<String, ManagedObject> byId = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Object writing = new Object();
  private volatile long version = 1;

  /**
   * Applies what {@code changes} puts into the transaction as one step, then tells the listeners.
   */
  public void change(Consumer<Transaction> changes) {
    var transaction = new Transaction();
    changes.accept(transaction);
    boolean differs = !transaction.added.isEmpty() || !transaction.removed.isEmpty();
    synchronized (writing) {
      long next = version + 1;
      for (var entry : transaction.values.entrySet()) {
        differs |= entry.getKey().publish(entry.getValue(), next);
      }
      for (ManagedObject object : transaction.added) {
        ManagedObject other = byId.putIfAbsent(object.id(), object);
        if (other != null && other != object) {
          throw new IllegalStateException("Two objects have the id " + object.id());
        }
      }
      for (ManagedObjectReference reference : transaction.removed) {
        byId.remove(reference.value());
      }
      if (differs) {
        version = next;
      }
    }
    if (differs) {
      listeners.forEach(Runnable::run);
    }
  }

  /** The object of that id, or null. */
  public @Nullable ManagedObject find(String id) {
    return byId.get(id);
  }

  /**
   * The object a reference points to, or null; the reference's type may name any ancestor of the
   * object's.
   */
  public @Nullable ManagedObject find(ManagedObjectReference reference) {
    ManagedObject object = byId.get(reference.value());
    return object != null && object.type().isA(reference.type()) ? object : null;
  }

  /** A view of all objects; weakly consistent while others change it. */
  public Collection<ManagedObject> all() {
    return byId.values();
  }

  /** The version of the last change. */
  public long version() {
    return version;
  }

  /** Registers for a call after each change. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }
}
