package dev.vcsnap.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.event.EventLab;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskCause;
import dev.vcsnap.vim.CreateTaskAction;
import dev.vcsnap.vim.DailyTaskScheduler;
import dev.vcsnap.vim.DuplicateName;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodAction;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.OnceTaskScheduler;
import dev.vcsnap.vim.ScheduledTaskInfo;
import dev.vcsnap.vim.ScheduledTaskSpec;
import dev.vcsnap.vim.TaskEvent;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.TaskReason;
import dev.vcsnap.vim.TaskReasonSchedule;
import dev.vcsnap.vim.TaskScheduler;
import dev.vcsnap.vim.VimException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScheduleServiceTest {

  private final EventLab lab = new EventLab();
  private final Map<String, ScheduleArchive.Kept> kept = new LinkedHashMap<>();
  private final NumberKeeper numbers = NumberKeeper.inMemory();
  private final HandWakeUps wakeUps = new HandWakeUps();
  private final List<String> calls = new ArrayList<>();
  private boolean fails;
  private ScheduleService schedules = service();

  ScheduleServiceTest() {
    schedules.start(new TaskStarter());
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_daily_snapshot_is_taken_at_its_hour_as_its_owner_and_says_why() {
    ManagedObjectReference task = create("nightly", daily(22));
    assertThat(info(task).nextRunTime).isEqualTo("2026-03-01T22:00:00Z");
    pass(Duration.ofHours(9));
    assertThat(calls).isEmpty();
    pass(Duration.ofHours(1));
    assertThat(calls).containsExactly("user: vm-62.CreateSnapshot_Task[a, null, false, false]");
    var event =
        (TaskEvent)
            lab.all().stream().filter(TaskEvent.class::isInstance).findFirst().orElseThrow();
    assertThat(((TaskReasonSchedule) event.info.reason).scheduledTask).isEqualTo(task);
    assertThat(event.userName).isEqualTo("user");
    ScheduledTaskInfo info = info(task);
    assertThat(info.state).isEqualTo(TaskInfoState.success);
    assertThat(info.result).isEqualTo("done");
    assertThat(info.prevRunTime).isEqualTo("2026-03-01T22:00:00Z");
    assertThat(info.nextRunTime).isEqualTo("2026-03-02T22:00:00Z");
    assertThat(info.activeTask).isNull();
    pass(Duration.ofDays(3));
    assertThat(calls).hasSize(4);
    assertThat(lab.kinds())
        .containsSubsequence(
            "ScheduledTaskCreatedEvent",
            "ScheduledTaskStartedEvent",
            "TaskEvent",
            "ScheduledTaskCompletedEvent");
  }

  @Test
  void a_failure_is_kept_and_told() {
    fails = true;
    ManagedObjectReference task = create("nightly", daily(22));
    pass(Duration.ofHours(10));
    assertThat(info(task).state).isEqualTo(TaskInfoState.error);
    assertThat(info(task).error.fault).isInstanceOf(NotSupported.class);
    assertThat(lab.kinds()).endsWith("ScheduledTaskFailedEvent");
    assertThat(info(task).nextRunTime).isEqualTo("2026-03-02T22:00:00Z");
  }

  @Test
  void once_without_a_time_runs_at_once_and_once_in_the_past_never() {
    ManagedObjectReference now = create("now", new OnceTaskScheduler());
    pass(Duration.ZERO);
    assertThat(calls).hasSize(1);
    assertThat(info(now).nextRunTime).isNull();
    var past = new OnceTaskScheduler();
    past.runAt = lab.clock.now().minusSeconds(60);
    assertThat(info(create("past", past)).nextRunTime).isNull();
    pass(Duration.ofDays(1));
    assertThat(calls).hasSize(1);
  }

  @Test
  void what_was_missed_while_no_server_ran_is_passed_over() {
    ManagedObjectReference daily = create("nightly", daily(22));
    var soon = new OnceTaskScheduler();
    soon.runAt = lab.clock.now().plusSeconds(60);
    ManagedObjectReference once = create("once", soon);
    lab.clock.advance(Duration.ofDays(2));
    lab.objects.change(tx -> tx.remove(daily).remove(once));
    schedules = service();
    schedules.start(new TaskStarter());
    pass(Duration.ZERO);
    assertThat(calls).isEmpty();
    assertThat(info(once).nextRunTime).isNull();
    assertThat(info(daily).nextRunTime).isEqualTo("2026-03-03T22:00:00Z");
    pass(Duration.ofHours(10));
    assertThat(calls).hasSize(1);
    assertThat(create("new", daily(1)).value()).isNotIn(daily.value(), once.value());
  }

  @Test
  void a_task_that_is_disabled_or_removed_does_not_run() {
    ManagedObjectReference task = create("nightly", daily(22));
    ScheduledTaskSpec disabled = spec("nightly", daily(22));
    disabled.enabled = false;
    schedules.reconfigure(task, disabled, "alice");
    assertThat(info(task).nextRunTime).isNull();
    assertThat(info(task).lastModifiedUser).isEqualTo("alice");
    pass(Duration.ofDays(1));
    assertThat(calls).isEmpty();
    schedules.run(task);
    assertThat(calls).containsExactly("alice: vm-62.CreateSnapshot_Task[a, null, false, false]");
    schedules.remove(task, "alice");
    assertThat(lab.objects.find(task.value())).isNull();
    assertThat(kept).isEmpty();
    assertThat(schedules.of(lab.machine.reference())).isEmpty();
  }

  @Test
  void the_tasks_of_a_machine_go_with_it() {
    ManagedObjectReference task = create("nightly", daily(22));
    assertThat(schedules.of(lab.machine.reference())).containsExactly(task);
    assertThat(schedules.of(lab.host.reference())).isEmpty();
    lab.objects.change(tx -> tx.remove(lab.machine.reference()));
    pass(Duration.ofHours(10));
    assertThat(schedules.of(null)).isEmpty();
    assertThat(calls).isEmpty();
  }

  @Test
  void what_is_not_served_or_makes_no_sense_is_refused() {
    create("nightly", daily(22));
    assertThat(refusal(spec("nightly", daily(1)))).isInstanceOf(DuplicateName.class);
    assertThat(refusal(spec("", daily(1)))).isInstanceOf(InvalidName.class);
    ScheduledTaskSpec mailing = spec("a", daily(1));
    mailing.notification = "me@example.org";
    assertThat(refusal(mailing)).isInstanceOf(NotSupported.class);
    ScheduledTaskSpec other = spec("a", daily(1));
    other.action = new CreateTaskAction();
    assertThat(refusal(other)).isInstanceOf(NotSupported.class);
  }

  private ScheduleService service() {
    var archive =
        new ScheduleArchive() {
          @Override
          public List<Kept> all() {
            return List.copyOf(kept.values());
          }

          @Override
          public void put(Kept task) {
            kept.put(task.id(), task);
          }

          @Override
          public void remove(String id) {
            kept.remove(id);
          }
        };
    var service =
        new ScheduleService(
            lab.objects, lab.clock, lab.events, lab.subjects, archive, wakeUps, numbers);
    lab.tasks.listen(service);
    return service;
  }

  private ManagedObjectReference create(String name, TaskScheduler scheduler) {
    return schedules.create(lab.machine.reference(), spec(name, scheduler), "user");
  }

  private MethodFault refusal(ScheduledTaskSpec spec) {
    ThrowingCallable call = () -> schedules.create(lab.machine.reference(), spec, "user");
    return catchThrowableOfType(VimException.class, call).fault();
  }

  private ScheduledTaskInfo info(ManagedObjectReference task) {
    return (ScheduledTaskInfo) lab.objects.find(task.value()).get("info");
  }

  private static ScheduledTaskSpec spec(String name, TaskScheduler scheduler) {
    var action = new MethodAction();
    action.name = "CreateSnapshot_Task";
    action.argument = new ArrayList<>();
    for (Object value : new Object[] {"a", null, false, false}) {
      var argument = new dev.vcsnap.vim.MethodActionArgument();
      argument.value = value;
      action.argument.add(argument);
    }
    var spec = new ScheduledTaskSpec();
    spec.name = name;
    spec.enabled = true;
    spec.scheduler = scheduler;
    spec.action = action;
    return spec;
  }

  private static DailyTaskScheduler daily(int hour) {
    var daily = new DailyTaskScheduler();
    daily.interval = 1;
    daily.hour = hour;
    return daily;
  }

  /** Time passes an hour at a time, as the wake-ups look at it. */
  private void pass(Duration time) {
    wakeUps.wakeDue(lab.clock.now());
    for (long hour = 0; hour < time.toHours(); hour++) {
      lab.clock.advance(Duration.ofHours(1));
      wakeUps.wakeDue(lab.clock.now());
    }
  }

  /** Starts a task for each call, which ends before the call returns. */
  private final class TaskStarter implements MethodCaller {

    @Override
    public void check(ManagedObject target, String method, List<Object> arguments) {}

    @Override
    public Object call(
        String userName,
        ManagedObject target,
        String method,
        List<Object> arguments,
        TaskReason reason) {
      if (fails) {
        throw Faults.notSupported(method);
      }
      calls.add(userName + ": " + target.id() + "." + method + arguments);
      TaskCause.because(
          reason, () -> lab.tasks.runNow(lab.request(target, method), progress -> "done"));
      return new ManagedObjectReference("Task", "task-1");
    }
  }

  /** Wakes when the test says so. */
  private static final class HandWakeUps implements WakeUps {

    private final Map<String, Instant> times = new LinkedHashMap<>();
    private Sleeper sleeper;

    void wakeDue(Instant now) {
      times.entrySet().stream()
          .filter(entry -> !entry.getValue().isAfter(now))
          .map(Map.Entry::getKey)
          .toList()
          .forEach(id -> {
            times.remove(id);
            Optional<Instant> next = sleeper.wake(id);
            next.ifPresent(time -> times.put(id, time));
          });
    }

    @Override
    public void start(Sleeper toWake) {
      sleeper = toWake;
    }

    @Override
    public void set(String id, Instant time) {
      times.put(id, time);
    }

    @Override
    public void cancel(String id) {
      times.remove(id);
    }

    @Override
    public void close() {}
  }
}
