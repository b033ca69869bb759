package dev.vcsnap.objects;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one server by id, and the version that grows with every change to any of them.
 *
 * <p>Listeners are told after each change, on the thread that made it, and must return at once.
 */
public final class ObjectRegistry {

  private final Map<String, ManagedObject> byId = new ConcurrentHashMap<>();
  private final List<Consumer<Changes>> listeners = new CopyOnWriteArrayList<>();
  private final Object writing = new Object();
  private volatile long version = 1;

  /** Guarded by {@code writing}. */
  private long membershipVersion = 1;

  /** Guarded by {@code writing}. */
  private final ChangeLog log = new ChangeLog();

  /**
   * The open read points, oldest first; closed ones stay until they are the oldest. Guarded by
   * {@code writing}.
   */
  private final Deque<ReadPoint> readPoints = new ArrayDeque<>();

  /**
   * Removed objects that an open read point still sees, oldest first. Guarded by {@code writing}.
   */
  private final Deque<ManagedObject> departed = new ArrayDeque<>();

  private final Map<String, ManagedObject> departedById = new ConcurrentHashMap<>();

  private record Declared(
      String type, String property, Function<ManagedObject, ComputedProperty> value) {}

  /** What every object of a type shows beside what it publishes itself. */
  private final List<Declared> declared = new CopyOnWriteArrayList<>();

  /**
   * Applies what {@code changes} puts into the transaction as one step, then tells the listeners.
   */
  public void change(Consumer<Transaction> changes) {
    var transaction = new Transaction();
    changes.accept(transaction);
    Set<ManagedObject> changed = new LinkedHashSet<>();
    boolean membership;
    synchronized (writing) {
      long next = version + 1;
      long oldest = readPoints.isEmpty() ? next : readPoints.getFirst().version();
      transaction.settle();
      for (var entry : transaction.values.entrySet()) {
        if (entry.getKey().publish(entry.getValue(), next, oldest)) {
          changed.add(entry.getKey());
        }
      }
      for (ManagedObject object : transaction.added) {
        if (add(object, next)) {
          changed.add(object);
        }
      }
      for (ManagedObjectReference reference : transaction.removed) {
        ManagedObject object = remove(reference.value(), next);
        if (object != null) {
          changed.add(object);
        }
      }
      membership = membershipVersion == next;
      if (!changed.isEmpty()) {
        log.add(next, changed);
        version = next;
      }
    }
    if (!changed.isEmpty()) {
      var made = new Changes(List.copyOf(changed), membership);
      listeners.forEach(listener -> listener.accept(made));
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

  /**
   * The object a reference points to.
   *
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound if there is none
   */
  public ManagedObject require(ManagedObjectReference reference) {
    ManagedObject object = find(reference);
    if (object == null) {
      throw Faults.notFound(reference);
    }
    return object;
  }

  /** A view of all objects; weakly consistent while others change it. */
  public Collection<ManagedObject> all() {
    return byId.values();
  }

  /** The version of the last change. */
  public long version() {
    return version;
  }

  /** Opens a consistent view of the present; close it soon. */
  public ReadPoint readPoint() {
    synchronized (writing) {
      var point = new ReadPoint(this, version, membershipVersion);
      readPoints.addLast(point);
      return point;
    }
  }

  /**
   * Gives every object of a type, or of one that extends it, a property that is made at each read.
   * It holds for objects that are added later.
   */
  public void declare(
      String type, String property, Function<ManagedObject, ComputedProperty> value) {
    declared.add(new Declared(type, property, value));
  }

  /** Registers for a call after each change. */
  public void onChange(Runnable listener) {
    listeners.add(changes -> listener.run());
  }

  /** Registers to be told what each change was about. */
  public void onChange(Consumer<Changes> listener) {
    listeners.add(listener);
  }

  void closed(ReadPoint point) {
    synchronized (writing) {
      point.closed = true;
      while (!readPoints.isEmpty() && readPoints.getFirst().closed) {
        readPoints.removeFirst();
      }
      long oldest = readPoints.isEmpty() ? version : readPoints.getFirst().version();
      while (!departed.isEmpty() && departed.getFirst().removedAt() <= oldest) {
        ManagedObject object = departed.removeFirst();
        departedById.remove(object.id(), object);
      }
    }
  }

  /** See {@link ReadPoint#changedSince}. */
  @Nullable Set<ManagedObject> changedBetween(long after, long upTo) {
    if (after == upTo) {
      return Set.of();
    }
    synchronized (writing) {
      return log.between(after, upTo);
    }
  }

  @Nullable ManagedObject findAt(String id, long atVersion) {
    ManagedObject object = byId.get(id);
    if (object == null || !object.isPresentAt(atVersion)) {
      object = departedById.get(id);
    }
    return object != null && object.isPresentAt(atVersion) ? object : null;
  }

  private boolean add(ManagedObject object, long next) {
    for (Declared common : declared) {
      if (object.type().isA(common.type) && !byId.containsKey(object.id())) {
        object.computed(common.property, common.value.apply(object));
      }
    }
    ManagedObject other = byId.putIfAbsent(object.id(), object);
    if (other != null && other != object) {
      throw new IllegalStateException("Two objects have the id " + object.id());
    }
    if (other != null) {
      return false;
    }
    object.addedAt(next);
    membershipVersion = next;
    return true;
  }

  private @Nullable ManagedObject remove(String id, long next) {
    ManagedObject object = byId.get(id);
    if (object == null) {
      return null;
    }
    object.removedAt(next);
    if (!readPoints.isEmpty()) {
      departed.addLast(object);
      departedById.put(id, object);
    }
    byId.remove(id);
    membershipVersion = next;
    return object;
  }
}
