package dev.vcsnap.store;

import static dev.vcsnap.vim.TaskInfoState.error;
import static dev.vcsnap.vim.TaskInfoState.queued;
import static dev.vcsnap.vim.TaskInfoState.running;
import static dev.vcsnap.vim.TaskInfoState.success;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.server.JsonText;
import dev.vcsnap.task.TaskQuery;
import dev.vcsnap.task.TaskRecord;
import dev.vcsnap.vijson.VimJson;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskFilterSpec;
import dev.vcsnap.vim.TaskFilterSpecByTime;
import dev.vcsnap.vim.TaskFilterSpecByUsername;
import dev.vcsnap.vim.TaskFilterSpecTimeOption;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.TaskReasonSystem;
import dev.vcsnap.vim.TaskReasonUser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

class TaskTableTest {

  private static final Instant START = Instant.parse("2026-03-01T10:00:00.123456Z");

  private final StillClock clock = new StillClock();

  @EachDatabase
  void a_task_is_read_as_it_was_noted_last(Database database) {
    TaskInfo info = info(7, success);
    info.result = new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-21-1");
    TaskInfo failed = info(8, error);
    failed.error = Faults.invalidArgument("name").localized();
    try (TaskTable tasks = open(database)) {
      note(tasks, info(7, queued), info(7, running), info, failed);
      assertThat(tasks.after(0, TaskQuery.all(), 10))
          .containsExactly(new TaskRecord(7, info), new TaskRecord(8, failed));
    }
    try (TaskTable tasks = open(database)) {
      assertThat(tasks.after(0, TaskQuery.all(), 10))
          .containsExactly(new TaskRecord(7, info), new TaskRecord(8, failed));
    }
  }

  @EachDatabase
  void a_state_that_was_written_is_replaced(Database database) {
    try (TaskTable tasks = open(database)) {
      for (TaskInfoState state : List.of(queued, running, success)) {
        note(tasks, info(1, state), info(2, running));
        assertThat(tasks.before(2, TaskQuery.all(), 10))
            .extracting(task -> task.info().state)
            .containsExactly(state);
      }
    }
  }

  @EachDatabase
  void what_had_not_ended_is_told_apart_from_what_ended_of_late(Database database) {
    try (TaskTable tasks = open(database)) {
      for (int number = 1; number <= 9; number++) {
        TaskInfo info = info(number, number % 3 == 0 ? running : success);
        note(tasks, info);
      }
    }
    try (TaskTable tasks = open(database)) {
      assertThat(tasks.unfinished()).extracting(TaskRecord::number).containsExactly(3L, 6L, 9L);
      assertThat(tasks.endedSince(endOf(4), 3))
          .extracting(TaskRecord::number)
          .containsExactly(5L, 7L, 8L);
      assertThat(tasks.endedSince(endOf(8), 3)).extracting(TaskRecord::number).containsExactly(8L);
    }
  }

  @EachDatabase
  void pages_go_both_ways(Database database) {
    try (TaskTable tasks = open(database)) {
      for (int number = 1; number <= 20; number++) {
        note(tasks, info(number, success));
      }
      assertThat(tasks.before(Long.MAX_VALUE, TaskQuery.all(), 3))
          .extracting(TaskRecord::number)
          .containsExactly(20L, 19L, 18L);
      assertThat(tasks.before(18, TaskQuery.all(), 2))
          .extracting(TaskRecord::number)
          .containsExactly(17L, 16L);
      assertThat(tasks.after(18, TaskQuery.all(), 5))
          .extracting(TaskRecord::number)
          .containsExactly(19L, 20L);
    }
  }

  @EachDatabase
  @Rule(
      value = "D9",
      says = "A history is filtered by entity, time, user, state, chain, tag and activation.",
      by = Witness.DOCUMENT)
  void tasks_are_found_by_each_of_their_marks(Database database) {
    try (TaskTable tasks = open(database)) {
      for (int number = 1; number <= 5; number++) {
        note(tasks, info(number, success));
      }
      TaskInfo other = info(6, error);
      other.entity = new ManagedObjectReference("VirtualMachine", "vm-99");
      other.eventChainId = 500;
      other.changeTag = "a tag";
      other.activationId = "an id";
      other.parentTaskKey = "task-1";
      other.rootTaskKey = "task-2";
      ((TaskReasonUser) other.reason).userName = "somebody";
      TaskInfo system = info(7, queued);
      system.reason = new TaskReasonSystem();
      note(tasks, other, system);

      assertThat(find(tasks, Set.of("vm-99", "vm-98"), spec -> {})).containsExactly(6L);
      assertThat(find(tasks, Set.of(), spec -> {})).isEmpty();
      assertThat(find(tasks, spec -> spec.state = List.of(error, queued))).containsExactly(6L, 7L);
      assertThat(find(tasks, spec -> spec.eventChainId = List.of(500, 501))).containsExactly(6L);
      assertThat(find(tasks, spec -> spec.tag = List.of("a tag"))).containsExactly(6L);
      assertThat(find(tasks, spec -> spec.activationId = List.of("an id"))).containsExactly(6L);
      assertThat(find(tasks, spec -> spec.parentTaskKey = List.of("task-1"))).containsExactly(6L);
      assertThat(find(tasks, spec -> spec.rootTaskKey = List.of("task-2"))).containsExactly(6L);
      assertThat(find(tasks, spec -> spec.userName = users(false, "SomeBody"))).containsExactly(6L);
      assertThat(find(tasks, spec -> spec.userName = users(true, "somebody")))
          .containsExactly(6L, 7L);
      assertThat(find(tasks, spec -> spec.userName = users(true))).containsExactly(7L);
      assertThat(find(tasks, spec -> spec.userName = users(false))).hasSize(7);
      assertThat(find(tasks, spec -> spec.time = time(TaskFilterSpecTimeOption.completedTime)))
          .containsExactly(2L, 3L);
      assertThat(find(tasks, spec -> spec.time = time(TaskFilterSpecTimeOption.queuedTime)))
          .containsExactly(3L, 4L);
      assertThat(
              find(
                  tasks,
                  Set.of("vm-21"),
                  spec -> {
                    spec.state = List.of(success);
                    spec.tag = List.of();
                  }))
          .containsExactly(1L, 2L, 3L, 4L, 5L);
    }
  }

  @EachDatabase
  void old_tasks_are_removed_by_age_and_by_number(Database database) {
    try (TaskTable tasks = open(database)) {
      note(tasks, info(1, success), info(2, running), info(3, success), info(4, success));
    }
    clock.advance(Duration.between(clock.now(), endOf(3).plus(Duration.ofDays(30))));
    try (TaskTable tasks = open(database)) {
      note(tasks, info(5, success));
      assertThat(find(tasks, spec -> {})).containsExactly(2L, 3L, 4L, 5L);
    }
    try (TaskTable tasks = open(database, 2)) {
      note(tasks, info(6, success));
      assertThat(find(tasks, spec -> {})).containsExactly(2L, 5L, 6L);
    }
  }

  private TaskTable open(Database database) {
    return open(database, 100_000);
  }

  private TaskTable open(Database database, int max) {
    return new TaskTable(
        database,
        new JsonText(new VimJson()),
        clock,
        new RetentionProperties(Duration.ofDays(30), max, Duration.ofDays(30), 100));
  }

  private static void note(TaskTable tasks, TaskInfo... infos) {
    for (TaskInfo info : infos) {
      tasks.note(new TaskRecord(Long.parseLong(info.key.substring(5)), info));
    }
  }

  private static List<Long> find(TaskTable tasks, Consumer<TaskFilterSpec> filter) {
    return find(tasks, null, filter);
  }

  private static List<Long> find(
      TaskTable tasks, Set<String> entities, Consumer<TaskFilterSpec> filter) {
    var spec = new TaskFilterSpec();
    filter.accept(spec);
    return tasks.after(0, new TaskQuery(spec, entities), 100).stream()
        .map(TaskRecord::number)
        .toList();
  }

  private static TaskFilterSpecByUsername users(boolean system, String... names) {
    var users = new TaskFilterSpecByUsername();
    users.systemUser = system;
    users.userList = List.of(names);
    return users;
  }

  /** From the end of the second task to that of the third, which is when the fourth is queued. */
  private static TaskFilterSpecByTime time(TaskFilterSpecTimeOption option) {
    var time = new TaskFilterSpecByTime();
    time.timeType = option;
    time.beginTime = endOf(2);
    time.endTime = endOf(3);
    return time;
  }

  private static Instant endOf(int number) {
    return START.plusSeconds(number);
  }

  /** A task that is queued and starts when the one before ends. */
  private static TaskInfo info(int number, TaskInfoState state) {
    var reason = new TaskReasonUser();
    reason.userName = "user";
    var info = new TaskInfo();
    info.key = "task-" + number;
    info.task = new ManagedObjectReference("Task", info.key);
    info.name = "PowerOnVM_Task";
    info.descriptionId = "VirtualMachine.powerOn";
    info.entity = new ManagedObjectReference("VirtualMachine", "vm-21");
    info.entityName = "VM ä \"1\"";
    info.reason = reason;
    info.state = state;
    info.eventChainId = number;
    info.queueTime = endOf(number - 1);
    info.startTime = state == queued ? null : info.queueTime;
    info.completeTime = state == success || state == error ? endOf(number) : null;
    return info;
  }
}
