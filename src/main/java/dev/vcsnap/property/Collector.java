package dev.vcsnap.property;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.objects.Changes;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.vim.InvalidCollectorVersion;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.PropertyFilterUpdate;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.UpdateSet;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of one property collector in one session: its filters, and the versions that it gave
 * out.
 *
 * <p>Versions count up. The set that led to the current version is kept, so that a client whose
 * answer got lost can ask again from the version before. The lock guards everything but the fields
 * that are volatile; nobody waits while holding it.
 */
final class Collector {

  private final ObjectRegistry registry;
  private final Clock clock;
  private final Set<Collector> waiting;
  private final ReentrantLock lock = new ReentrantLock();
  private final Gate gate = new Gate();
  private final Map<String, Filter> filters = new LinkedHashMap<>();
  private final List<PendingUpdate> pending = new ArrayList<>();
  private int waiters;
  private long current;
  private @Nullable UpdateSet last;

  /** What a waiting call waits for; null if any change may be something to tell. */
  private volatile @Nullable List<Interest> interests;

  private final AtomicLong cancellations = new AtomicLong();
  private volatile @Nullable Supplier<VimException> ended;

  /**
   * Makes the state.
   *
   * @param waiting where a collector with a waiting call is, to be told of changes
   */
  Collector(ObjectRegistry registry, Clock clock, Set<Collector> waiting) {
    this.registry = registry;
    this.clock = clock;
    this.waiting = waiting;
  }

  void add(Filter filter) {
    lock.lock();
    try {
      filters.put(filter.reference().value(), filter);
    } finally {
      lock.unlock();
    }
    gate.signal();
  }

  void remove(ManagedObjectReference filter) {
    lock.lock();
    try {
      filters.remove(filter.value());
      pending.removeIf(update -> update.filter().equals(filter));
    } finally {
      lock.unlock();
    }
  }

  /** The filters in the order of their creation. */
  List<ManagedObjectReference> filters() {
    lock.lock();
    try {
      return filters.values().stream().map(Filter::reference).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Ends waiting calls and refuses new ones with that reason. */
  void end(Supplier<VimException> reason) {
    ended = reason;
    gate.signal();
  }

  /** Ends the calls that wait now. */
  void cancelWaits() {
    cancellations.incrementAndGet();
    gate.signal();
  }

  /** Called after each change of the registry, on the thread that made it. */
  void registryChanged(Changes changes) {
    List<Interest> known = interests;
    if (known == null || known.stream().anyMatch(interest -> interest.isTouchedBy(changes))) {
      gate.signal();
    }
  }

  /** What changed since {@code version}, without waiting; null if nothing did. */
  @Nullable UpdateSet check(@Nullable String version) {
    requireOpen();
    return next(version, Integer.MAX_VALUE);
  }

  /**
   * What changed since {@code version}, as soon as something did; null when the time is over.
   *
   * @param maxNanos how long to wait
   * @param maxUpdates how many updates of objects to give at once
   */
  @Nullable UpdateSet await(@Nullable String version, long maxNanos, int maxUpdates) {
    long canceledBefore = cancellations.get();
    long start = clock.nanoTime();
    waiters(1);
    try {
      while (true) {
        long seen = gate.signals();
        requireOpen();
        if (cancellations.get() != canceledBefore) {
          throw canceled();
        }
        UpdateSet set = next(version, maxUpdates);
        if (set != null) {
          return set;
        }
        // Only a deadline is worth the reading of a clock; a wait without end must not overflow.
        long remaining =
            maxNanos == Long.MAX_VALUE ? maxNanos : maxNanos - (clock.nanoTime() - start);
        if (!gate.await(seen, remaining)) {
          return null;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw canceled();
    } finally {
      waiters(-1);
    }
  }

  private void waiters(int change) {
    lock.lock();
    try {
      waiters += change;
      if (waiters == 0) {
        waiting.remove(this);
      } else {
        waiting.add(this);
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable UpdateSet next(@Nullable String asked, int maxUpdates) {
    String version = asked == null ? "" : asked;
    boolean initial = version.isEmpty();
    lock.lock();
    try {
      if (initial) {
        restart();
      } else if (!version.equals(Long.toString(current))) {
        if (last != null && version.equals(Long.toString(current - 1))) {
          return last;
        }
        throw new VimException(
            new InvalidCollectorVersion(), "The version '" + version + "' is not known");
      }
      if (pending.isEmpty()) {
        collect();
      }
      if (pending.isEmpty() && (!initial || filters.isEmpty())) {
        return null;
      }
      UpdateSet set = deliver(maxUpdates, initial);
      last = initial ? null : set;
      return set;
    } finally {
      lock.unlock();
    }
  }

  private void collect() {
    boolean complete = false;
    interests = null;
    try (ReadPoint point = registry.readPoint()) {
      List<Interest> found = new ArrayList<>(filters.size());
      for (Filter filter : filters.values()) {
        filter.collect(point, pending);
        found.add(filter.interest());
      }
      complete = true;
      interests = found;
    } finally {
      if (!complete) {
        // What was found is lost with the failure; telling everything again puts the client right.
        restart();
      }
    }
  }

  private void restart() {
    pending.clear();
    filters.values().forEach(Filter::restart);
  }

  private UpdateSet deliver(int maxUpdates, boolean initial) {
    int count = Math.min(maxUpdates, pending.size());
    List<PendingUpdate> part = pending.subList(0, count);
    Map<ManagedObjectReference, PropertyFilterUpdate> byFilter = new LinkedHashMap<>();
    part.forEach(update -> update.addTo(byFilter));
    boolean truncated = count < pending.size();
    part.clear();
    if (initial && !truncated) {
      filters.values().forEach(filter -> PendingUpdate.filterUpdate(byFilter, filter.reference()));
    }
    var set = new UpdateSet();
    set.version = Long.toString(++current);
    set.filterSet = List.copyOf(byFilter.values());
    set.truncated = truncated ? true : null;
    // Another call that waits from the same version gets this set as well.
    gate.signal();
    return set;
  }

  private void requireOpen() {
    Supplier<VimException> reason = ended;
    if (reason != null) {
      throw reason.get();
    }
  }

  private static VimException canceled() {
    return new VimException(new RequestCanceled(), "The task was canceled by a user.");
  }
}
