package dev.vcsnap.alarm;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.Transaction;
import dev.vcsnap.vim.AlarmState;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which state each alarm has put which entity, and what clients see of it: on the entity itself
 * and, as long as an alarm is triggered, on everything that the entity lies in.
 *
 * <p>Not thread-safe; its owner has a lock.
 */
final class AlarmStates {

  private static final String TRIGGERED = "triggeredAlarmState";
  private static final int LEVELS_MAX = 100;

  private final ObjectRegistry objects;

  /** By entity, then by alarm; only what is not green, or once was. */
  private final Map<String, Map<String, AlarmState>> byEntity = new HashMap<>();

  /**
   * By entity, then by alarm, how the entity was when it was last looked at; only what is not
   * green.
   */
  private final Map<String, Map<String, ManagedEntityStatus>> seenByEntity = new HashMap<>();

  private final Clock clock;

  AlarmStates(ObjectRegistry objects, Clock clock) {
    this.objects = objects;
    this.clock = clock;
  }

  /** The state, or null for one that never differed from green. */
  @Nullable AlarmState find(String entityId, String alarmId) {
    return byEntity.getOrDefault(entityId, Map.of()).get(alarmId);
  }

  /** The state, green for one that never differed from it. */
  AlarmState of(DeclaredAlarm alarm, ManagedObject entity) {
    AlarmState known = find(entity.id(), alarm.object().id());
    if (known != null) {
      return known;
    }
    var state = new AlarmState();
    state.key = alarm.object().id() + "." + entity.id();
    state.alarm = alarm.object().reference();
    state.entity = entity.reference();
    state.overallStatus = ManagedEntityStatus.green;
    state.time = alarm.info().lastModifiedTime;
    state.acknowledged = false;
    return state;
  }

  /** What follows a state, now; nobody has acknowledged it. */
  AlarmState become(AlarmState before, ManagedEntityStatus status, @Nullable Integer eventKey) {
    AlarmState next = DataObject.copyOf(before);
    next.overallStatus = status;
    next.time = clock.now();
    next.eventKey = eventKey;
    next.acknowledged = false;
    next.acknowledgedByUser = null;
    next.acknowledgedTime = null;
    return next;
  }

  /** A state that somebody has seen. */
  AlarmState acknowledged(AlarmState state, String userName) {
    AlarmState seen = DataObject.copyOf(state);
    seen.acknowledged = true;
    seen.acknowledgedByUser = userName;
    seen.acknowledgedTime = clock.now();
    return seen;
  }

  /** The states of an entity that once differed from green. */
  List<AlarmState> of(String entityId) {
    return List.copyOf(byEntity.getOrDefault(entityId, Map.of()).values());
  }

  /** Every state that is not green. */
  List<AlarmState> triggered() {
    return byEntity.values().stream()
        .flatMap(states -> states.values().stream())
        .filter(AlarmStates::isTriggered)
        .toList();
  }

  /**
   * Notes how an entity is by an alarm's condition, and returns whether it was otherwise when it
   * was looked at before: what somebody cleared by hand stays so until the condition changes.
   */
  boolean isNew(String entityId, String alarmId, ManagedEntityStatus status) {
    Map<String, ManagedEntityStatus> seen =
        seenByEntity.computeIfAbsent(entityId, id -> new HashMap<>());
    ManagedEntityStatus before =
        status == ManagedEntityStatus.green ? seen.remove(alarmId) : seen.put(alarmId, status);
    if (seen.isEmpty()) {
      seenByEntity.remove(entityId);
    }
    return (before == null ? ManagedEntityStatus.green : before) != status;
  }

  /** Puts a state in the place of the one before, and shows it. */
  void put(ManagedObject entity, AlarmState state) {
    byEntity
        .computeIfAbsent(entity.id(), id -> new LinkedHashMap<>())
        .put(state.alarm.value(), state);
    objects.change(tx -> show(tx, entity, state.key, isTriggered(state) ? state : null));
  }

  /** Forgets how an entity was by an alarm's condition: it is looked at anew. */
  void unsee(String entityId, String alarmId) {
    Map<String, ManagedEntityStatus> seen = seenByEntity.get(entityId);
    if (seen != null) {
      seen.remove(alarmId);
    }
  }

  /** Forgets an alarm, as if it had never been. */
  void forgetAlarm(String alarmId) {
    seenByEntity.values().forEach(seen -> seen.remove(alarmId));
    ofAlarm(alarmId).forEach(state -> remove(state.entity, state.alarm));
  }

  private void remove(ManagedObjectReference entity, ManagedObjectReference alarm) {
    Map<String, AlarmState> states = byEntity.getOrDefault(entity.value(), Map.of());
    AlarmState state = states.remove(alarm.value());
    ManagedObject object = objects.find(entity.value());
    if (state != null && object != null) {
      objects.change(tx -> show(tx, object, state.key, null));
    }
  }

  /** Forgets an entity that is gone; its parents forget it too. */
  void forget(ManagedObject entity, @Nullable ManagedObjectReference parent) {
    seenByEntity.remove(entity.id());
    Map<String, AlarmState> states = byEntity.remove(entity.id());
    ManagedObject above = parent == null ? null : objects.find(parent.value());
    if (states != null && above != null) {
      for (AlarmState state : states.values()) {
        objects.change(tx -> showAbove(tx, above, state.key, null));
      }
    }
  }

  private List<AlarmState> ofAlarm(String alarmId) {
    return byEntity.values().stream()
        .map(states -> states.get(alarmId))
        .filter(state -> state != null)
        .toList();
  }

  static boolean isTriggered(AlarmState state) {
    return state.overallStatus == ManagedEntityStatus.yellow
        || state.overallStatus == ManagedEntityStatus.red;
  }

  private void show(
      Transaction tx, ManagedObject entity, String key, @Nullable AlarmState triggered) {
    List<AlarmState> states = of(entity.id());
    ManagedEntityStatus worst =
        states.stream()
            .filter(AlarmStates::isTriggered)
            .map(state -> state.overallStatus)
            .max(Comparator.naturalOrder())
            .orElse(ManagedEntityStatus.green);
    tx.set(entity, "declaredAlarmState", states).set(entity, "overallStatus", worst);
    if (entity.type().properties().containsKey("summary")) {
      tx.update(entity, "summary", summary -> withStatus(summary, worst));
    }
    showAbove(tx, entity, key, triggered);
  }

  /** A summary repeats the status, where it has a member for it. */
  private static @Nullable Object withStatus(@Nullable Object summary, ManagedEntityStatus status) {
    if (!(summary instanceof DataObject before)) {
      return summary;
    }
    int member = before.vimType().indexOf("overallStatus");
    if (member < 0) {
      return summary;
    }
    DataObject after = DataObject.copyOf(before);
    after.set(member, status);
    return after;
  }

  private void showAbove(
      Transaction tx, ManagedObject from, String key, @Nullable AlarmState triggered) {
    ManagedObject at = from;
    for (int level = 0; at != null && level < LEVELS_MAX; level++) {
      tx.set(at, TRIGGERED, with(at, key, triggered));
      at =
          at.get("parent") instanceof ManagedObjectReference parent
              ? objects.find(parent.value())
              : null;
    }
  }

  private static List<AlarmState> with(
      ManagedObject object, String key, @Nullable AlarmState triggered) {
    List<AlarmState> states = new ArrayList<>();
    if (object.get(TRIGGERED) instanceof List<?> list) {
      list.stream()
          .map(AlarmState.class::cast)
          .filter(state -> !state.key.equals(key))
          .forEach(states::add);
    }
    if (triggered != null) {
      states.add(triggered);
    }
    return List.copyOf(states);
  }
}
