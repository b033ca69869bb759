package dev.vcsnap.schedule;

import dev.vcsnap.event.EventService;
import dev.vcsnap.event.EventSubjects;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.ground.ids.NumberSeries;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.task.TaskListener;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodAction;
import dev.vcsnap.vim.ScheduledTaskInfo;
import dev.vcsnap.vim.ScheduledTaskSpec;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.TaskReasonSchedule;
import dev.vcsnap.vim.VimException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps scheduled tasks and calls their methods when it is time, as the user who last changed them.
 *
 * <p>A time that passed while no server ran is passed over, as a vCenter does: a repeating task
 * runs at its next time, one that was to run once does not run.
 */
public final class ScheduleService implements TaskListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ScheduleService.class);

  private static final int SCHEDULES_MAX = 1_000;
  private static final int NAME_CHARACTERS_MAX = 80;

  /** One scheduled task: when it was made, what clients see, and when it is due. */
  private record Scheduled(ManagedObject object, Instant created, Recurrence recurrence) {

    ScheduledTaskInfo info() {
      return (ScheduledTaskInfo) Objects.requireNonNull(object.get("info"));
    }

    boolean isRunning() {
      return info().state == TaskInfoState.running;
    }
  }

  private final ObjectRegistry objects;
  private final Clock clock;
  private final ScheduleEvents told;
  private final ScheduleArchive archive;
  private final WakeUps wakeUps;
  private final NumberSeries numbers;
  private final Instant started;
  private final Map<String, Scheduled> byId = new LinkedHashMap<>();
  private @Nullable MethodCaller caller;

  public ScheduleService(
      ObjectRegistry objects,
      Clock clock,
      EventService events,
      EventSubjects subjects,
      ScheduleArchive archive,
      WakeUps wakeUps,
      NumberKeeper numbers) {
    this.objects = objects;
    this.clock = clock;
    this.told = new ScheduleEvents(events, subjects, objects);
    this.archive = archive;
    this.wakeUps = wakeUps;
    this.numbers = new NumberSeries("schedule", 1, numbers);
    this.started = clock.now();
  }

  /** Shows what was kept, and begins to call what is due. */
  public synchronized void start(MethodCaller through) {
    caller = through;
    for (ScheduleArchive.Kept kept : archive.all()) {
      ScheduledTaskInfo info = kept.info();
      var object = new ManagedObject("ScheduledTask", info.scheduledTask.value());
      var scheduled =
          new Scheduled(
              object, kept.created(), Recurrence.of(info.scheduler, kept.created(), started));
      if (info.state == TaskInfoState.running) {
        info.state = TaskInfoState.error;
        info.activeTask = null;
        info.progress = null;
      }
      byId.put(object.id(), scheduled);
      objects.change(tx -> tx.add(object).set(object, "info", info));
      plan(scheduled);
    }
    showList();
    wakeUps.start(this::wake);
  }

  /**
   * Makes a scheduled task that calls a method of an object.
   *
   * @throws VimException InvalidName, DuplicateName, ManagedObjectNotFound, InvalidArgument, what
   *     {@link MethodCaller#check} refuses, or InvalidState when there are too many
   */
  public synchronized ManagedObjectReference create(
      ManagedObjectReference target, ScheduledTaskSpec spec, String userName) {
    ManagedObject on = objects.require(target);
    check(spec, on, null);
    if (byId.size() >= SCHEDULES_MAX) {
      throw Faults.invalidState("There may be no more than " + SCHEDULES_MAX + " scheduled tasks.");
    }
    Instant now = clock.now();
    var recurrence = Recurrence.of(spec.scheduler, now, started);
    var object = new ManagedObject("ScheduledTask", "schedule-" + numbers.next());
    var info = new ScheduledTaskInfo();
    info.scheduledTask = object.reference();
    info.taskObject = on.reference();
    info.entity = on.type().isA("ManagedEntity") ? on.reference() : rootOf(on);
    info.state = TaskInfoState.queued;
    modify(info, spec, userName);
    var scheduled = new Scheduled(object, now, recurrence);
    byId.put(object.id(), scheduled);
    objects.change(tx -> tx.add(object).set(object, "info", info));
    showList();
    told.created(info);
    plan(scheduled);
    return object.reference();
  }

  /** The scheduled tasks of an entity or another object; all for null. */
  public synchronized List<ManagedObjectReference> of(@Nullable ManagedObjectReference target) {
    ManagedObject on = target == null ? null : objects.require(target);
    return byId.values().stream()
        .filter(scheduled ->
            on == null
                || on.reference().equals(scheduled.info().taskObject)
                || on.reference().equals(scheduled.info().entity))
        .map(scheduled -> scheduled.object().reference())
        .toList();
  }

  /**
   * Changes a scheduled task, which belongs to the user who changed it from then on.
   *
   * @throws VimException as {@link #create}, or InvalidState while it runs
   */
  public synchronized void reconfigure(
      ManagedObjectReference reference, ScheduledTaskSpec spec, String userName) {
    Scheduled before = idle(reference);
    check(spec, objects.require(before.info().taskObject), before);
    var scheduled =
        new Scheduled(
            before.object(),
            before.created(),
            Recurrence.of(spec.scheduler, before.created(), started));
    byId.put(before.object().id(), scheduled);
    update(scheduled, info -> modify(info, spec, userName));
    told.reconfigured(scheduled.info());
    plan(scheduled);
  }

  /** Ends a scheduled task; InvalidState while it runs. */
  public synchronized void remove(ManagedObjectReference reference, String userName) {
    Scheduled scheduled = idle(reference);
    wakeUps.cancel(scheduled.object().id());
    forget(scheduled, userName);
  }

  /** Calls the method now, and at its times all the same; InvalidState while it runs. */
  public void run(ManagedObjectReference reference) {
    Scheduled scheduled;
    synchronized (this) {
      scheduled = begin(idle(reference));
    }
    call(scheduled);
  }

  /** Follows the task that a call started. */
  @Override
  public synchronized void shown(TaskInfo task) {
    Scheduled scheduled =
        task.reason instanceof TaskReasonSchedule by ? byId.get(by.scheduledTask.value()) : null;
    if (scheduled == null) {
      return;
    }
    if (task.completeTime == null) {
      update(scheduled, info -> info.activeTask = task.task);
    } else {
      end(scheduled, task.result, task.error);
    }
  }

  @Override
  public void close() {
    wakeUps.close();
    numbers.close();
  }

  private Optional<Instant> wake(String id) {
    Scheduled scheduled;
    synchronized (this) {
      Scheduled due = byId.get(id);
      if (due == null) {
        return Optional.empty();
      }
      if (objects.find(due.info().taskObject.value()) == null) {
        LOG.info("{} is removed, for its object is gone", id);
        forget(due, "");
        return Optional.empty();
      }
      scheduled = due.isRunning() || !due.info().enabled ? null : begin(due);
    }
    if (scheduled != null) {
      call(scheduled);
    }
    synchronized (this) {
      Scheduled present = byId.get(id);
      return present == null ? Optional.empty() : next(present);
    }
  }

  private Scheduled begin(Scheduled scheduled) {
    update(
        scheduled,
        info -> {
          info.state = TaskInfoState.running;
          info.prevRunTime = clock.now();
          info.error = null;
          info.result = null;
          info.activeTask = null;
        });
    told.started(scheduled.info());
    return scheduled;
  }

  /** A call that starts a task ends with the task, any other when it returns. */
  private void call(Scheduled scheduled) {
    ScheduledTaskInfo info = scheduled.info();
    var action = (MethodAction) info.action;
    var reason = new TaskReasonSchedule();
    reason.name = info.name;
    reason.scheduledTask = info.scheduledTask;
    Object result = null;
    LocalizedMethodFault error = null;
    try {
      result =
          Objects.requireNonNull(caller)
              .call(
                  info.lastModifiedUser,
                  objects.require(info.taskObject),
                  action.name,
                  arguments(action),
                  reason);
    } catch (VimException e) {
      error = e.localized();
    } catch (RuntimeException e) {
      LOG.error("{} failed", info.scheduledTask.value(), e);
      error = Faults.systemError(e.toString(), e).localized();
    }
    boolean startedTask =
        result instanceof ManagedObjectReference made && made.type().equals("Task");
    if (!startedTask) {
      Object value = result;
      LocalizedMethodFault fault = error;
      synchronized (this) {
        end(scheduled, value, fault);
      }
    }
  }

  private void end(
      Scheduled scheduled, @Nullable Object result, @Nullable LocalizedMethodFault error) {
    if (!scheduled.isRunning()) {
      return;
    }
    update(
        scheduled,
        info -> {
          info.state = error == null ? TaskInfoState.success : TaskInfoState.error;
          info.result = result;
          info.error = error;
          info.progress = null;
          info.activeTask = null;
        });
    told.ended(scheduled.info());
  }

  /** Sets the next time, and shows it. */
  private void plan(Scheduled scheduled) {
    Optional<Instant> next = next(scheduled);
    next.ifPresentOrElse(
        time -> wakeUps.set(scheduled.object().id(), time),
        () -> wakeUps.cancel(scheduled.object().id()));
  }

  private Optional<Instant> next(Scheduled scheduled) {
    Instant now = clock.now();
    ScheduledTaskInfo present = scheduled.info();
    Optional<Instant> next =
        !present.enabled
            ? Optional.empty()
            : scheduled.recurrence().isAtOnce() && present.prevRunTime == null
                ? Optional.of(now)
                : scheduled.recurrence().next(now);
    update(scheduled, info -> info.nextRunTime = next.orElse(null));
    return next;
  }

  private void forget(Scheduled scheduled, String userName) {
    ScheduledTaskInfo info = scheduled.info();
    byId.remove(info.scheduledTask.value());
    archive.remove(info.scheduledTask.value());
    objects.change(tx -> tx.remove(info.scheduledTask));
    showList();
    told.removed(info, userName);
  }

  private void update(Scheduled scheduled, Consumer<ScheduledTaskInfo> edit) {
    ScheduledTaskInfo before = scheduled.info();
    ScheduledTaskInfo after = DataObject.copyOf(before);
    edit.accept(after);
    objects.change(tx -> tx.set(scheduled.object(), "info", after));
    archive.put(new ScheduleArchive.Kept(scheduled.created(), after));
  }

  private void modify(ScheduledTaskInfo info, ScheduledTaskSpec spec, String userName) {
    info.take(spec);
    if (info.description == null) {
      info.description = "";
    }
    info.lastModifiedTime = clock.now();
    info.lastModifiedUser = userName;
  }

  private void check(ScheduledTaskSpec spec, ManagedObject target, @Nullable Scheduled self) {
    if (spec.name == null || spec.name.isBlank() || spec.name.length() > NAME_CHARACTERS_MAX) {
      throw Faults.invalidName(spec.name == null ? "" : spec.name, target.reference());
    }
    for (Scheduled other : byId.values()) {
      if (!other.equals(self) && other.info().name.equals(spec.name)) {
        throw Faults.duplicateName(spec.name, other.object().reference());
      }
    }
    if (spec.scheduler == null) {
      throw Faults.invalidArgument("spec.scheduler");
    }
    if (spec.notification != null && !spec.notification.isEmpty()) {
      throw Faults.notSupported("ScheduledTaskSpec.notification");
    }
    if (!(spec.action instanceof MethodAction action) || action.name == null) {
      throw spec.action == null
          ? Faults.invalidArgument("spec.action")
          : Faults.notSupported("ScheduledTaskSpec.action of " + spec.action.vimType());
    }
    Objects.requireNonNull(caller).check(target, action.name, arguments(action));
  }

  private static List<@Nullable Object> arguments(MethodAction action) {
    List<@Nullable Object> values = new ArrayList<>();
    if (action.argument != null) {
      action.argument.forEach(argument -> values.add(argument.value));
    }
    return values;
  }

  /** The object that is not in the inventory belongs to its machine, if it has one. */
  private static ManagedObjectReference rootOf(ManagedObject object) {
    return object.type().properties().containsKey("vm")
            && object.get("vm") instanceof ManagedObjectReference machine
        ? machine
        : new ManagedObjectReference("Folder", "group-d1");
  }

  private void showList() {
    ManagedObject manager = objects.find("ScheduledTaskManager");
    List<ManagedObjectReference> all =
        byId.values().stream().map(scheduled -> scheduled.object().reference()).toList();
    if (manager != null) {
      objects.change(tx -> tx.set(manager, "scheduledTask", all));
    }
  }

  private Scheduled idle(ManagedObjectReference reference) {
    Scheduled scheduled = byId.get(reference.value());
    if (scheduled == null) {
      throw Faults.notFound(reference);
    }
    if (scheduled.isRunning()) {
      throw Faults.invalidState("The scheduled task is running.");
    }
    return scheduled;
  }
}
