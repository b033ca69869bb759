package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MissingObject;
import dev.vcsnap.vim.ObjectUpdate;
import dev.vcsnap.vim.ObjectUpdateKind;
import dev.vcsnap.vim.PropertyChange;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One filter of a collector: what it has told its client, so that it can tell what is new.
 *
 * <p>For each object it keeps the state that was last reported, which is shared with the registry.
 * Not thread-safe: the collector's lock guards it.
 */
final class Filter {

  /** So few objects are looked at one by one sooner than it is asked which ones changed. */
  private static final int FEW = 32;

  private final ManagedObjectReference reference;
  private final CompiledSpec spec;
  private final boolean partialUpdates;
  private final Supplier<Reader> readers;
  private ReportedStates reported = ReportedStates.NONE;
  private Set<ManagedObjectReference> missing = Set.of();
  private @Nullable Dependencies dependencies;

  /** Who reads, with the rights of the last collection. */
  private Reader reader;

  /** The version of the last collection. */
  private long collectedAt;

  Filter(
      ManagedObjectReference reference,
      CompiledSpec spec,
      boolean partialUpdates,
      Supplier<Reader> readers) {
    this.reference = reference;
    this.spec = spec;
    this.partialUpdates = partialUpdates;
    this.readers = readers;
    this.reader = readers.get();
  }

  ManagedObjectReference reference() {
    return reference;
  }

  /** Forgets what was reported: the next collection tells everything. */
  void restart() {
    reported = ReportedStates.NONE;
    missing = Set.of();
    dependencies = null;
  }

  /** Adds to {@code updates} what changed since the last collection. */
  void collect(ReadPoint point, List<PendingUpdate> updates) {
    Reader before = reader;
    reader = readers.get();
    Dependencies known = reader.mayTheSameAs(before) ? dependencies : null;
    Set<ManagedObject> changed =
        known == null || reported.size() <= FEW ? null : point.changedSince(collectedAt);
    if (known == null
        || known.changedAt(point, changed)
        || !compareReported(point, changed, updates)) {
      select(point, updates);
    }
    collectedAt = point.version();
  }

  /** What changes after the last collection could concern this filter. */
  Interest interest() {
    return new Interest(reported, Objects.requireNonNull(dependencies), spec.plan());
  }

  /**
   * Compares without looking for objects again; stops with false if one is gone.
   *
   * @param changed all that changed since the last collection; null if that is not known
   */
  private boolean compareReported(
      ReadPoint point, @Nullable Set<ManagedObject> changed, List<PendingUpdate> updates) {
    if (changed == null) {
      for (int i = 0; i < reported.size(); i++) {
        if (!compare(point, i, updates)) {
          return false;
        }
      }
      return true;
    }
    for (ManagedObject object : changed) {
      int index = reported.indexOf(object);
      if (index >= 0 && !compare(point, index, updates)) {
        return false;
      }
    }
    return true;
  }

  private boolean compare(ReadPoint point, int index, List<PendingUpdate> updates) {
    ManagedObject object = reported.object(index);
    if (!point.contains(object)) {
      return false;
    }
    ObjectState now = point.stateOf(object);
    ObjectState before = reported.state(index);
    if (now != before) {
      modified(object, before, now, updates);
      reported.state(index, now);
    }
    return true;
  }

  private void select(ReadPoint point, List<PendingUpdate> updates) {
    var followed = new Dependencies(point);
    Selection.Found found = spec.selection().run(point, reader, followed);
    for (int i = 0; i < reported.size(); i++) {
      ManagedObject object = reported.object(i);
      if (!found.objects().contains(object) || !point.contains(object)) {
        updates.add(update(ObjectUpdateKind.leave, object, List.of()));
      }
    }
    List<ManagedObject> objects = new ArrayList<>(found.objects().size());
    List<ObjectState> states = new ArrayList<>(found.objects().size());
    for (ManagedObject object : found.objects()) {
      List<PropertyPath> paths = spec.plan().pathsOf(object.type());
      if (paths == null || !point.contains(object)) {
        continue;
      }
      ObjectState now = point.stateOf(object);
      int index = reported.indexOf(object);
      if (index < 0) {
        updates.add(entered(object, now, paths));
      } else if (reported.state(index) != now) {
        modified(object, reported.state(index), now, updates);
      }
      objects.add(object);
      states.add(now);
    }
    reported = new ReportedStates(objects, states);
    reportMissing(found.missing(), updates);
    dependencies = followed;
  }

  private void reportMissing(List<ManagedObjectReference> now, List<PendingUpdate> updates) {
    if (spec.reportsMissing()) {
      for (ManagedObjectReference object : now) {
        if (!missing.contains(object)) {
          var report = new MissingObject();
          report.obj = object;
          report.fault = Faults.notFound(object).localized();
          updates.add(new PendingUpdate(reference, null, report));
        }
      }
      missing = new HashSet<>(now);
    }
  }

  private PendingUpdate entered(ManagedObject object, ObjectState state, List<PropertyPath> paths) {
    List<PropertyChange> changes = new ArrayList<>(paths.size());
    PendingUpdate pending = update(ObjectUpdateKind.enter, object, changes);
    for (PropertyPath path : paths) {
      String lacking = reader.lacks(object, path);
      if (lacking != null) {
        pending.addMissing(ObjectReader.denied(object, path, lacking));
        continue;
      }
      try {
        Object value = path.read(object, state, reader.sessionId());
        // A part that is unset is said to be so; clients wait for exactly the names that they gave.
        if (value != null || path.isNested()) {
          changes.add(Difference.assign(path.text(), path.type(), value));
        }
      } catch (VimException e) {
        pending.addMissing(ObjectReader.missing(path, e));
      }
    }
    return pending;
  }

  private void modified(
      ManagedObject object, ObjectState before, ObjectState now, List<PendingUpdate> updates) {
    List<PropertyPath> paths = spec.plan().pathsOf(object.type());
    List<PropertyChange> changes = new ArrayList<>();
    if (paths != null) {
      for (PropertyPath path : paths) {
        if (now.changedAt(path.root()) > before.version() && reader.lacks(object, path) == null) {
          if (object.computedBy(path.root()) != null) {
            changes.add(
                Difference.assign(
                    path.text(), path.type(), path.read(object, now, reader.sessionId())));
          } else {
            compare(path, path.read(before), path.read(now), changes);
          }
        }
      }
    }
    if (!changes.isEmpty()) {
      updates.add(update(ObjectUpdateKind.modify, object, changes));
    }
  }

  private void compare(
      PropertyPath path,
      @Nullable Object before,
      @Nullable Object now,
      List<PropertyChange> changes) {
    if (partialUpdates) {
      Difference.between(path, before, now, changes);
    } else if (!Objects.deepEquals(before, now)) {
      changes.add(Difference.assign(path.text(), path.type(), now));
    }
  }

  private PendingUpdate update(
      ObjectUpdateKind kind, ManagedObject object, List<PropertyChange> changes) {
    var update = new ObjectUpdate();
    update.kind = kind;
    update.obj = object.reference();
    update.changeSet = changes;
    return new PendingUpdate(reference, update, null);
  }
}
