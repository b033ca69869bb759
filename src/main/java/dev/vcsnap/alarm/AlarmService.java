package dev.vcsnap.alarm;

import dev.vcsnap.event.EventService;
import dev.vcsnap.event.EventSubjects;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.ground.ids.NumberSeries;
import dev.vcsnap.history.EntityScope;
import dev.vcsnap.history.Followers;
import dev.vcsnap.objects.Changes;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.AlarmFilterSpec;
import dev.vcsnap.vim.AlarmInfo;
import dev.vcsnap.vim.AlarmSpec;
import dev.vcsnap.vim.AlarmState;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares alarms, and puts entities into the states that alarms say.
 *
 * <p>An entity that changed is looked at on another thread than the one that changed it. One lock
 * guards all of it: there are few alarms, and what they do is short.
 */
public final class AlarmService implements AutoCloseable {

  private static final int ALARMS_MAX = 500;

  /** The server's own alarms have the numbers up to here, the same at each start. */
  private static final int OWN_MAX = 200;

  private static final Logger LOG = LoggerFactory.getLogger(AlarmService.class);

  private final ObjectRegistry objects;
  private final Clock clock;
  private final AlarmEvents told;
  private final AlarmStates states;
  private final Map<String, DeclaredAlarm> alarms = new LinkedHashMap<>();
  private final NumberSeries numbers;
  private final AlarmArchive archive;
  private int lastOwn;

  /**
   * Makes a service that remembers nothing.
   *
   * @param changed through which entities that changed are looked at
   */
  AlarmService(
      ObjectRegistry objects,
      Clock clock,
      EventService events,
      EventSubjects subjects,
      Followers<ManagedObject> changed) {
    this(objects, clock, events, subjects, changed, NumberKeeper.inMemory(), AlarmArchive.NOTHING);
  }

  /**
   * Makes the service.
   *
   * @param changed through which entities that changed are looked at
   * @param numbers remembers which numbers alarms were given
   * @param archive keeps what clients declare
   */
  public AlarmService(
      ObjectRegistry objects,
      Clock clock,
      EventService events,
      EventSubjects subjects,
      Followers<ManagedObject> changed,
      NumberKeeper numbers,
      AlarmArchive archive) {
    this.numbers = new NumberSeries("alarm", OWN_MAX + 1, numbers);
    this.archive = archive;
    this.objects = objects;
    this.clock = clock;
    this.told = new AlarmEvents(events, subjects);
    this.states = new AlarmStates(objects, clock);
    changed.add(batch -> batch.stream().distinct().forEach(this::evaluate));
    events.onEvents(batch -> batch.forEach(this::happened));
  }

  /** Passes on which entities changed. */
  static void follow(ObjectRegistry objects, Followers<ManagedObject> changed) {
    objects.onChange((Changes changes) ->
        changes.objects().stream()
            .filter(object -> object.type().isA("ManagedEntity"))
            .forEach(changed::tell));
  }

  /**
   * Declares an alarm on an entity and everything below.
   *
   * @param userName empty for an alarm of the server itself, which is declared anew at each start
   *     and therefore no event
   * @throws VimException InvalidName, DuplicateName, ManagedObjectNotFound, InvalidArgument or
   *     NotSupported for an expression or action that is not served, or InvalidState when there are
   *     too many alarms
   */
  public synchronized ManagedObjectReference create(
      ManagedObjectReference entity, AlarmSpec spec, String userName) {
    ManagedObject on = objects.require(entity);
    requireName(spec, null);
    if (alarms.size() >= ALARMS_MAX) {
      throw Faults.invalidState("There may be no more than " + ALARMS_MAX + " alarms.");
    }
    AlarmExpressions expressions = checked(spec);
    long number = userName.isEmpty() ? ++lastOwn : numbers.next();
    var object = new ManagedObject("Alarm", "alarm-" + number);
    var alarm =
        new DeclaredAlarm(object, info(object, on, spec, userName, 0), scope(on), expressions);
    if (!userName.isEmpty()) {
      alarm.info().creationEventId = told.created(alarm, on);
      archive.put(alarm.info());
    }
    show(alarm);
    return object.reference();
  }

  private void show(DeclaredAlarm alarm) {
    ManagedObject object = alarm.object();
    alarms.put(object.id(), alarm);
    objects.change(tx -> tx.add(object).set(object, "info", alarm.info()));
    evaluateAll(alarm);
  }

  /**
   * Declares the alarms again that clients declared before a restart, once everything is there that
   * they may watch; to be called once. One whose entity is gone is gone with it.
   */
  public synchronized void restore() {
    for (AlarmInfo info : archive.all()) {
      ManagedObject on = objects.find(info.entity);
      if (on == null) {
        LOG.info("The alarm '{}' is gone with {}", info.name, info.entity);
        archive.remove(info.key);
      } else {
        var object = new ManagedObject("Alarm", info.key);
        show(new DeclaredAlarm(object, info, scope(on), AlarmExpressions.of(info.expression)));
      }
    }
  }

  /** Gives back the numbers that were set aside and not used. */
  @Override
  public void close() {
    numbers.close();
  }

  /** Declares an alarm anew, in place of what it was; its states are worked out again. */
  public synchronized void reconfigure(
      ManagedObjectReference reference, AlarmSpec spec, String userName) {
    DeclaredAlarm before = declared(reference);
    requireName(spec, before);
    AlarmExpressions expressions = checked(spec);
    ManagedObject on = objects.require(before.info().entity);
    var alarm =
        new DeclaredAlarm(
            before.object(),
            info(before.object(), on, spec, userName, before.info().creationEventId),
            scope(on),
            expressions);
    alarms.put(alarm.object().id(), alarm);
    if (isKept(alarm)) {
      archive.put(alarm.info());
    }
    objects.change(tx -> tx.set(alarm.object(), "info", alarm.info()));
    states.forgetAlarm(alarm.object().id());
    told.reconfigured(alarm, on);
    evaluateAll(alarm);
  }

  /** Ends an alarm and every state that it put an entity into. */
  public synchronized void remove(ManagedObjectReference reference, String userName) {
    DeclaredAlarm alarm = declared(reference);
    ManagedObject on = objects.require(alarm.info().entity);
    forget(alarm);
    told.removed(alarm, on, userName);
  }

  private void forget(DeclaredAlarm alarm) {
    archive.remove(alarm.object().id());
    alarms.remove(alarm.object().id());
    states.forgetAlarm(alarm.object().id());
    objects.change(tx -> tx.remove(alarm.object().reference()));
  }

  /** The server's own alarms are declared anew at each start. */
  private static boolean isKept(DeclaredAlarm alarm) {
    return alarm.info().creationEventId != 0;
  }

  /** The alarms that are declared on an entity itself, or all. */
  public synchronized List<ManagedObjectReference> declaredOn(
      @Nullable ManagedObjectReference entity) {
    ManagedObject on = entity == null ? null : objects.require(entity);
    return alarms.values().stream()
        .filter(alarm -> on == null || on.reference().equals(alarm.info().entity))
        .map(alarm -> alarm.object().reference())
        .toList();
  }

  /** The state of every alarm that watches an entity. */
  public synchronized List<AlarmState> statesOf(ManagedObjectReference reference) {
    ManagedObject entity = objects.require(reference);
    return alarms.values().stream()
        .filter(alarm -> alarm.covers(entity))
        .map(alarm -> states.of(alarm, entity))
        .toList();
  }

  /** Notes that somebody has seen a triggered alarm; nothing happens for one that is not. */
  public synchronized void acknowledge(
      ManagedObjectReference reference, ManagedObjectReference on, String userName) {
    DeclaredAlarm alarm = declared(reference);
    ManagedObject entity = objects.require(on);
    AlarmState state = states.find(entity.id(), alarm.object().id());
    if (state == null
        || !AlarmStates.isTriggered(state)
        || Boolean.TRUE.equals(state.acknowledged)) {
      return;
    }
    states.put(entity, states.acknowledged(state, userName));
    told.acknowledged(alarm, entity, userName);
  }

  /** Turns triggered alarms green, until their conditions are met anew. */
  public synchronized void clear(AlarmFilterSpec spec, String userName) {
    var filter = new AlarmFilter(spec);
    for (AlarmState state : states.triggered()) {
      DeclaredAlarm alarm = alarms.get(state.alarm.value());
      ManagedObject entity = objects.find(state.entity.value());
      if (alarm != null && entity != null && filter.matches(state, alarm, entity)) {
        states.put(entity, states.become(state, ManagedEntityStatus.green, null));
        told.cleared(alarm, entity, state.overallStatus, userName);
      }
    }
  }

  /**
   * Lets an alarm watch one entity again, or not any more, in which case its state there is green.
   *
   * @throws VimException InvalidArgument for an entity that the alarm does not watch at all
   */
  public synchronized void enable(
      ManagedObjectReference reference, ManagedObjectReference on, boolean enabled) {
    DeclaredAlarm alarm = declared(reference);
    ManagedObject entity = objects.require(on);
    if (!alarm.covers(entity)) {
      throw Faults.invalidArgument("entity");
    }
    AlarmState state = DataObject.copyOf(states.of(alarm, entity));
    if (Boolean.TRUE.equals(state.disabled) == enabled) {
      AlarmState changed = states.become(state, ManagedEntityStatus.green, null);
      changed.disabled = !enabled;
      states.unsee(entity.id(), alarm.object().id());
      states.put(entity, changed);
      evaluate(alarm, entity);
    }
  }

  private boolean watches(DeclaredAlarm alarm, ManagedObject entity) {
    AlarmState state = states.find(entity.id(), alarm.object().id());
    return alarm.covers(entity) && (state == null || !Boolean.TRUE.equals(state.disabled));
  }

  /** Whether an entity's alarms may act. */
  public boolean actionsEnabled(ManagedObjectReference entity) {
    return !Boolean.FALSE.equals(objects.require(entity).get("alarmActionsEnabled"));
  }

  /** Lets an entity's alarms act, or not; so far no action is served. */
  public void enableActions(ManagedObjectReference entity, boolean enabled) {
    ManagedObject object = objects.require(entity);
    objects.change(tx -> tx.set(object, "alarmActionsEnabled", enabled));
  }

  private synchronized void evaluate(ManagedObject entity) {
    if (entity.isRemoved()) {
      states.forget(
          entity, entity.get("parent") instanceof ManagedObjectReference parent ? parent : null);
      alarms.values().stream()
          .filter(alarm -> alarm.info().entity.equals(entity.reference()))
          .toList()
          .forEach(this::forget);
      return;
    }
    for (DeclaredAlarm alarm : List.copyOf(alarms.values())) {
      evaluate(alarm, entity);
    }
  }

  private void evaluateAll(DeclaredAlarm alarm) {
    if (alarm.expressions().condition() != null) {
      objects.all().forEach(entity -> evaluate(alarm, entity));
    }
  }

  private void evaluate(DeclaredAlarm alarm, ManagedObject entity) {
    AlarmCondition condition = alarm.expressions().condition();
    if (condition != null && condition.concerns(entity) && watches(alarm, entity)) {
      ManagedEntityStatus status = condition.of(entity);
      if (states.isNew(entity.id(), alarm.object().id(), status)) {
        become(alarm, entity, status, null);
      }
    }
  }

  private synchronized void happened(Event event) {
    for (DeclaredAlarm alarm : List.copyOf(alarms.values())) {
      for (AlarmTrigger trigger : alarm.expressions().triggers()) {
        ManagedEntityStatus status = trigger.status();
        if (status != null && trigger.matches(event)) {
          EventSubjects.of(event).stream()
              .map(subject -> objects.find(subject.value()))
              .filter(Objects::nonNull)
              .filter(
                  entity -> trigger.objectType() == null || entity.type().isA(trigger.objectType()))
              .findFirst()
              .filter(entity -> watches(alarm, entity))
              .ifPresent(entity -> become(alarm, entity, status, event.key));
        }
      }
    }
  }

  private void become(
      DeclaredAlarm alarm,
      ManagedObject entity,
      ManagedEntityStatus status,
      @Nullable Integer eventKey) {
    AlarmState before = states.of(alarm, entity);
    if (before.overallStatus == status
        || (status == ManagedEntityStatus.gray
            && before.overallStatus == ManagedEntityStatus.green)) {
      return;
    }
    states.put(entity, states.become(before, status, eventKey));
    told.changed(alarm, entity, before.overallStatus, status);
  }

  private AlarmInfo info(
      ManagedObject object, ManagedObject on, AlarmSpec spec, String userName, int created) {
    var info = new AlarmInfo();
    info.take(spec);
    if (info.description == null) {
      info.description = "";
    }
    info.key = object.id();
    info.alarm = object.reference();
    info.entity = on.reference();
    info.lastModifiedTime = clock.now();
    info.lastModifiedUser = userName;
    info.creationEventId = created;
    return info;
  }

  private EntityScope scope(ManagedObject on) {
    return new EntityScope(objects, on.reference(), EntityScope.Depth.ALL);
  }

  /** No action is served, and none is taken silently. */
  private static AlarmExpressions checked(AlarmSpec spec) {
    if (spec.action != null) {
      throw Faults.notSupported("AlarmSpec with an action");
    }
    return AlarmExpressions.of(spec.expression);
  }

  private void requireName(AlarmSpec spec, @Nullable DeclaredAlarm self) {
    if (spec.name == null || spec.name.isBlank() || spec.name.length() > 80) {
      throw Faults.invalidName(spec.name == null ? "" : spec.name, null);
    }
    for (DeclaredAlarm other : alarms.values()) {
      if (!other.equals(self) && other.info().name.equals(spec.name)) {
        throw Faults.duplicateName(spec.name, other.object().reference());
      }
    }
  }

  private DeclaredAlarm declared(ManagedObjectReference reference) {
    DeclaredAlarm alarm = alarms.get(reference.value());
    if (alarm == null) {
      throw Faults.notFound(reference);
    }
    return alarm;
  }
}
