package dev.vcsnap.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.EventChains;
import dev.vcsnap.task.MemoryTasks;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskFilterSpec;
import dev.vcsnap.vim.TaskFilterSpecByEntity;
import dev.vcsnap.vim.TaskFilterSpecByTime;
import dev.vcsnap.vim.TaskFilterSpecByUsername;
import dev.vcsnap.vim.TaskFilterSpecRecursionOption;
import dev.vcsnap.vim.TaskFilterSpecTimeOption;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.VimException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskQueriesTest {

  private final StillClock clock = new StillClock();
  private final ObjectRegistry objects = new ObjectRegistry();
  private final SessionService sessions =
      new SessionService(
          clock,
          new Ids(new Dice(1)),
          List.of(new Account("user", "pass")),
          Duration.ofMinutes(30));
  private final Session session =
      sessions.login("user", "pass", "en", "127.0.0.1", "test").orElseThrow();
  private final MemoryTasks archive = new MemoryTasks();
  private final TaskService tasks =
      new TaskService(
          objects,
          clock,
          DiskFaults::translate,
          new EventChains(),
          NumberKeeper.inMemory(),
          archive);
  private final HistoryCollectors<TaskInfo> collectors =
      new HistoryCollectors<>(
          "TaskHistoryCollector",
          new TaskHistory(archive),
          objects,
          sessions,
          new Ids(new Dice(2)),
          reader -> task -> true);
  private final TaskQueries queries =
      new TaskQueries(objects, collectors, new Followers<>(Runnable::run));
  private final ManagedObject root = add("Folder", "group-d1", null);
  private final ManagedObject folder = add("Folder", "group-3", root);
  private final ManagedObject machine = add("VirtualMachine", "vm-1", folder);
  private final ManagedObject other = add("VirtualMachine", "vm-2", root);

  TaskQueriesTest() {
    tasks.listen(queries);
  }

  @AfterEach
  void close() {
    tasks.close();
  }

  @Test
  @Rule(
      value = "D9",
      says =
          "A task collector is filtered by entity, time, user, state, chain of events, tag and"
              + " activation id.",
      by = Witness.DOCUMENT)
  void each_member_of_the_filter_is_a_condition() {
    run(machine, "alice", false);
    clock.advance(Duration.ofMinutes(1));
    run(other, "bob", true);
    TaskInfo first = read(spec -> {}).getFirst();
    assertThat(keys(spec -> {})).containsExactly("task-1", "task-2");
    assertThat(keys(spec -> spec.state = List.of(TaskInfoState.error))).containsExactly("task-2");
    assertThat(keys(spec -> spec.userName = user("ALICE"))).containsExactly("task-1");
    assertThat(keys(spec -> spec.eventChainId = List.of(first.eventChainId)))
        .containsExactly("task-1");
    assertThat(keys(spec -> spec.entity = entity(machine, "self"))).containsExactly("task-1");
    assertThat(keys(spec -> spec.entity = entity(folder, "all"))).containsExactly("task-1");
    assertThat(keys(spec -> spec.entity = entity(root, "children"))).containsExactly("task-2");
    assertThat(keys(spec -> spec.entity = entity(root, "all"))).hasSize(2);
    assertThat(keys(spec -> spec.time = since(clock.now()))).containsExactly("task-2");
    assertThat(keys(spec -> spec.tag = List.of("mine"))).isEmpty();
    assertThat(keys(spec -> spec.activationId = List.of("mine"))).isEmpty();
  }

  @Test
  @Rule(
      value = "D9",
      says = "A client with too many collectors gets InvalidState.",
      by = Witness.DOCUMENT)
  void too_many_collectors_are_refused() {
    for (int i = 0; i < HistoryCollectors.COLLECTORS_MAX; i++) {
      queries.collect(session, new TaskFilterSpec());
    }
    assertThat(
            catchThrowableOfType(
                    VimException.class, () -> queries.collect(session, new TaskFilterSpec()))
                .fault())
        .isInstanceOf(InvalidState.class);
  }

  @Test
  void the_latest_page_shows_a_task_in_its_present_state_and_drops_it_when_it_matches_no_more()
      throws InterruptedException {
    var spec = new TaskFilterSpec();
    spec.state = List.of(TaskInfoState.queued, TaskInfoState.running);
    ManagedObject collector = objects.find(queries.collect(session, spec).value());
    ManagedObject all = objects.find(queries.collect(session, new TaskFilterSpec()).value());
    var running = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    tasks.start(
        new TaskRequest(machine, "PowerOnVM_Task", "VirtualMachine.powerOn", "user"),
        progress -> {
          running.countDown();
          await(goOn);
          return null;
        });
    running.await();
    assertThat(page(collector))
        .extracting(info -> info.state)
        .containsExactly(TaskInfoState.running);
    goOn.countDown();
    tasks.close();
    assertThat(page(collector)).isEmpty();
    assertThat(page(all)).extracting(info -> info.state).containsExactly(TaskInfoState.success);
  }

  private void run(ManagedObject entity, String user, boolean fails) {
    var request = new TaskRequest(entity, "PowerOnVM_Task", "VirtualMachine.powerOn", user);
    if (fails) {
      assertThatThrownBy(() ->
              tasks.runNow(
                  request,
                  progress -> {
                    throw Faults.notSupported("it");
                  }))
          .isInstanceOf(VimException.class);
    } else {
      tasks.runNow(request, progress -> null);
    }
  }

  private List<TaskInfo> read(Consumer<TaskFilterSpec> edit) {
    var spec = new TaskFilterSpec();
    edit.accept(spec);
    ManagedObjectReference collector = queries.collect(session, spec);
    List<TaskInfo> read = collectors.next(session, collector, 100);
    assertThat(page(objects.find(collector.value()))).isEqualTo(read.reversed());
    collectors.destroy(session, collector);
    return read;
  }

  private List<String> keys(Consumer<TaskFilterSpec> edit) {
    return read(edit).stream().map(info -> info.key).toList();
  }

  private static List<TaskInfo> page(ManagedObject collector) {
    return ((List<?>) collector.get("latestPage")).stream().map(TaskInfo.class::cast).toList();
  }

  private ManagedObject add(String type, String id, ManagedObject parent) {
    var object = new ManagedObject(type, id);
    objects.change(tx -> {
      tx.add(object).set(object, "name", id);
      if (parent != null) {
        tx.set(object, "parent", parent.reference());
      }
    });
    return object;
  }

  private static TaskFilterSpecByEntity entity(ManagedObject entity, String recursion) {
    var by = new TaskFilterSpecByEntity();
    by.entity = entity.reference();
    by.recursion = TaskFilterSpecRecursionOption.valueOf(recursion);
    return by;
  }

  private static TaskFilterSpecByTime since(java.time.Instant begin) {
    var by = new TaskFilterSpecByTime();
    by.timeType = TaskFilterSpecTimeOption.completedTime;
    by.beginTime = begin;
    return by;
  }

  private static TaskFilterSpecByUsername user(String name) {
    var by = new TaskFilterSpecByUsername();
    by.userList = List.of(name);
    return by;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
