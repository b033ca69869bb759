package dev.vcsnap.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.SystemError;
import dev.vcsnap.vim.TaskInProgress;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.TaskReasonUser;
import dev.vcsnap.vim.VimException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskServiceTest {

  private final StillClock clock = new StillClock();
  private final ObjectRegistry objects = new ObjectRegistry();
  private final TaskService tasks = new TaskService(objects, clock, DiskFaults::translate);
  private final ManagedObject machine = machine("vm-1");

  @AfterEach
  void close() {
    tasks.close();
  }

  @Test
  @Rule(
      value = "D6",
      says =
          "A task that cannot be cancelled answers NotSupported, one that ended InvalidState; any"
              + " other ends with RequestCanceled, later than the call returns.",
      by = Witness.DOCUMENT)
  void a_task_is_cancelled_where_that_is_possible() throws Exception {
    var asked = new CountDownLatch(1);
    ManagedObjectReference reference =
        tasks.startCancelable(
            request(machine),
            progress -> {
              awaitQuietly(asked);
              if (progress.cancelled()) {
                throw new CancellationException("by its client");
              }
              return null;
            });
    ManagedObject task = objects.find(reference);
    assertThat(TaskService.info(task).cancelable).isTrue();
    tasks.cancel(task);
    assertThat(TaskService.info(task).cancelled).isTrue();
    assertThat(TaskService.info(task).completeTime).isNull();
    asked.countDown();
    tasks.finish(Duration.ofSeconds(30));
    TaskInfo ended = TaskService.info(task);
    assertThat(ended.error.fault).isInstanceOf(RequestCanceled.class);
    assertThat(ended.cancelled).isTrue();
    VimException late = catchThrowableOfType(VimException.class, () -> tasks.cancel(task));
    assertThat(late.fault()).isInstanceOf(InvalidState.class);
  }

  @Test
  void a_task_that_is_cancelled_before_it_runs_knows_it_when_it_does() {
    tasks.listen(
        new TaskListener() {
          @Override
          public void started(TaskRequest request, TaskInfo info) {
            tasks.cancel(objects.find(info.task));
          }
        });
    ManagedObject task =
        objects.find(tasks.startCancelable(request(machine), progress -> progress.cancelled()));
    tasks.finish(Duration.ofSeconds(30));
    assertThat(TaskService.info(task).result).isEqualTo(true);
    assertThat(TaskService.info(task).cancelled).isTrue();
  }

  @Test
  void a_task_does_not_end_in_the_middle_of_its_cancellation() throws Exception {
    var end = new CountDownLatch(1);
    var worker = new CompletableFuture<Thread>();
    ManagedObject task =
        objects.find(
            tasks.startCancelable(
                request(machine),
                progress -> {
                  worker.complete(Thread.currentThread());
                  awaitQuietly(end);
                  return null;
                }));
    Thread thread = worker.get();
    // Whoever cancels a task has its monitor from reading it to showing it again.
    synchronized (task) {
      end.countDown();
      while (thread.getState() != Thread.State.BLOCKED
          && TaskService.info(task).completeTime == null) {
        Thread.onSpinWait();
      }
      assertThat(TaskService.info(task).completeTime).isNull();
      tasks.cancel(task);
    }
    tasks.finish(Duration.ofSeconds(30));
    assertThat(TaskService.info(task).completeTime).isNotNull();
    assertThat(TaskService.info(task).cancelled).isTrue();
  }

  @Test
  void a_task_of_any_other_kind_cannot_be_cancelled() {
    var end = new CountDownLatch(1);
    ManagedObject task =
        objects.find(
            tasks.start(
                request(machine),
                progress -> {
                  awaitQuietly(end);
                  return null;
                }));
    VimException refused = catchThrowableOfType(VimException.class, () -> tasks.cancel(task));
    end.countDown();
    assertThat(refused.fault()).isInstanceOf(NotSupported.class);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Rule(value = "D3", says = "A task names its entity and who asked for it.", by = Witness.DOCUMENT)
  @Rule(
      value = "D2",
      says = "A task's name is the method's, its descriptionId the model's.",
      by = Witness.OBSERVED)
  void a_task_tells_who_asked_for_what_on_which_entity() {
    TaskInfo info = TaskService.info(objects.find(tasks.start(request(machine), p -> null)));
    assertThat(info.name).isEqualTo("PowerOnVM_Task");
    assertThat(info.descriptionId).isEqualTo("VirtualMachine.powerOn");
    assertThat(info.entity).isEqualTo(machine.reference());
    assertThat(info.entityName).isEqualTo("VM");
    assertThat(((TaskReasonUser) info.reason).userName).isEqualTo("user");
    assertThat(info.cancelable).isFalse();
    assertThat(info.queueTime).isNotNull();
  }

  @Test
  @Rule(
      value = "D11",
      says = "State, result and completion of a task change in one update.",
      by = Witness.ASSUMED)
  @Rule(
      value = "D1",
      says =
          "A task is queued, runs and ends; it tells progress only while it runs, and when it ended"
              + " only then.",
      by = Witness.DOCUMENT)
  void state_result_and_completion_change_in_one_step_and_a_void_result_is_absent() {
    List<TaskInfo> seen = Collections.synchronizedList(new ArrayList<>());
    objects.onChange(() -> {
      if (objects.find("task-1") != null) {
        seen.add(TaskService.info(objects.find("task-1")));
      }
    });
    tasks.start(
        request(machine),
        progress -> {
          clock.advance(TaskProgress.TOLD_EVERY);
          progress.percent(40);
          progress.percent(40);
          progress.percent(50);
          clock.advance(TaskProgress.TOLD_EVERY);
          progress.percent(400);
          return new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-1-1");
        });
    tasks.close();
    assertThat(seen)
        .extracting(info -> info.state)
        .containsExactly(
            TaskInfoState.queued,
            TaskInfoState.running,
            TaskInfoState.running,
            TaskInfoState.running,
            TaskInfoState.success);
    assertThat(seen).extracting(info -> info.progress).containsExactly(null, 0, 40, 100, null);
    assertThat(seen)
        .allSatisfy(info ->
            assertThat(info.result != null)
                .isEqualTo(info.state == TaskInfoState.success)
                .isEqualTo(info.completeTime != null));
  }

  @Test
  @Rule(value = "D5", says = "A failed task has a fault with a text.", by = Witness.SOURCE)
  void a_failure_becomes_the_tasks_error_with_a_text() {
    ManagedObject refused =
        objects.find(
            tasks.start(
                request(machine),
                progress -> {
                  throw Faults.invalidArgument("name");
                }));
    ManagedObject broken =
        objects.find(
            tasks.start(
                request(machine("vm-2")),
                progress -> {
                  throw new StackOverflowError();
                }));
    tasks.close();
    TaskInfo info = TaskService.info(refused);
    assertThat(info.state).isEqualTo(TaskInfoState.error);
    assertThat(info.error.fault).isInstanceOf(InvalidArgument.class);
    assertThat(info.error.localizedMessage).contains("name");
    assertThat(TaskService.info(broken).error.fault).isInstanceOf(SystemError.class);
    assertThat(TaskService.info(broken).error.localizedMessage).isNotEmpty();
  }

  @Test
  @Rule(
      value = "B23",
      says = "A second operation on a busy machine is refused and names the first.",
      by = Witness.DOCUMENT)
  void a_second_operation_on_a_busy_entity_is_refused_and_names_the_first()
      throws InterruptedException {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    ManagedObjectReference first =
        tasks.start(
            request(machine),
            progress -> {
              inside.countDown();
              await(go);
              return null;
            });
    inside.await();
    try {
      VimException refused =
          catchThrowableOfType(
              VimException.class, () -> tasks.start(request(machine), progress -> null));
      assertThat(((TaskInProgress) refused.fault()).task).isEqualTo(first);
      assertThat(
              catchThrowableOfType(
                      VimException.class, () -> tasks.runNow(request(machine), progress -> "never"))
                  .fault())
          .isInstanceOf(TaskInProgress.class);
      assertThat(tasks.runNow(request(machine("vm-2")), progress -> "other entity"))
          .isEqualTo("other entity");
    } finally {
      go.countDown();
    }
  }

  @Test
  void an_entity_is_free_again_once_its_task_is_seen_to_have_ended() {
    var ended = new CountDownLatch(1);
    objects.onChange(() -> {
      ManagedObject task = objects.find("task-1");
      if (task != null && TaskService.info(task).completeTime != null) {
        ended.countDown();
      }
    });
    tasks.start(
        request(machine),
        progress -> {
          throw new IllegalStateException("on purpose");
        });
    await(ended);
    assertThat(tasks.runNow(request(machine), progress -> "free")).isEqualTo("free");
  }

  @Test
  void an_operation_without_a_task_of_its_own_shows_as_one_and_throws_what_it_fails_with() {
    assertThat(tasks.runNow(request(machine), progress -> "done")).isEqualTo("done");
    VimException failed =
        catchThrowableOfType(
            VimException.class,
            () ->
                tasks.runNow(
                    request(machine),
                    progress -> {
                      throw Faults.invalidArgument("name");
                    }));
    assertThat(failed.fault()).isInstanceOf(InvalidArgument.class);
    assertThat(tasks.recent(machine.reference()))
        .extracting(reference -> TaskService.info(objects.find(reference)).state)
        .containsExactly(TaskInfoState.success, TaskInfoState.error);
  }

  @Test
  void recent_tasks_are_those_of_the_last_ten_minutes_and_an_older_one_is_gone() {
    ManagedObjectReference old = finished(machine);
    clock.advance(Duration.ofMinutes(6));
    ManagedObjectReference young = finished(machine);
    ManagedObjectReference other = finished(machine("vm-2"));
    assertThat(tasks.recent()).containsExactly(old, young, other);
    assertThat(tasks.recent(machine.reference())).containsExactly(old, young);
    clock.advance(Duration.ofMinutes(5));
    assertThat(tasks.recent(machine.reference())).containsExactly(young);
    ManagedObjectReference newest = finished(machine);
    assertThat(objects.find(old)).isNull();
    assertThat(objects.find(young)).isNotNull();
    assertThat(tasks.recent()).containsExactly(young, other, newest);
  }

  @Test
  @Rule(
      value = "D7",
      says =
          "recentTask shows what has not ended, and of what ended the last 200 of 10 minutes; each"
              + " entity has its own.",
      by = Witness.DOCUMENT)
  void recent_tasks_are_no_more_than_two_hundred_that_ended() throws InterruptedException {
    var go = new CountDownLatch(1);
    ManagedObjectReference running =
        tasks.start(
            request(machine("vm-2")),
            progress -> {
              await(go);
              return null;
            });
    try {
      for (int i = 0; i < 205; i++) {
        tasks.runNow(request(machine), progress -> null);
      }
      assertThat(tasks.recent()).hasSize(201).contains(running);
      assertThat(tasks.recent().getFirst()).isEqualTo(running);
      assertThat(tasks.recent().get(1).value()).isEqualTo("task-7");
      assertThat(tasks.recent(machine.reference())).hasSize(200).doesNotContain(running);
    } finally {
      go.countDown();
    }
  }

  @Test
  @Rule(
      value = "D8",
      says = "An ended task can be read for a while, also while an older one still runs.",
      by = Witness.ASSUMED)
  void a_long_task_does_not_keep_the_ended_ones_of_others() throws InterruptedException {
    var go = new CountDownLatch(1);
    tasks.start(
        request(machine("vm-2")),
        progress -> {
          await(go);
          return null;
        });
    try {
      ManagedObjectReference old = finished(machine);
      assertThat(objects.find(old)).isNotNull();
      clock.advance(Duration.ofMinutes(11));
      finished(machine);
      assertThat(objects.find(old)).isNull();
      assertThat(tasks.recent()).hasSize(2);
    } finally {
      go.countDown();
    }
  }

  @Test
  void after_a_restart_recent_tasks_are_there_and_one_that_was_cut_has_failed()
      throws InterruptedException {
    var archive = new MemoryTasks();
    var numbers = NumberKeeper.inMemory();
    var go = new CountDownLatch(1);
    var before = service(archive, numbers, objects);
    before.runNow(request(machine), progress -> "done");
    clock.advance(Duration.ofMinutes(9));
    before.runNow(request(machine), progress -> "done later");
    var inside = new CountDownLatch(1);
    before.start(
        request(machine),
        progress -> {
          inside.countDown();
          await(go);
          return null;
        });
    inside.await();
    clock.advance(Duration.ofMinutes(2));

    var objectsAfter = new ObjectRegistry();
    objectsAfter.change(tx -> tx.add(new ManagedObject("VirtualMachine", "vm-1")));
    try (var after = service(archive, numbers, objectsAfter)) {
      after.restore();
      assertThat(after.recent())
          .extracting(ManagedObjectReference::value)
          .containsExactly("task-2", "task-3");
      assertThat(after.recent(machine.reference())).hasSize(2);
      TaskInfo cut = TaskService.info(objectsAfter.find("task-3"));
      assertThat(cut.state).isEqualTo(TaskInfoState.error);
      assertThat(cut.completeTime).isEqualTo(clock.now());
      assertThat(((SystemError) cut.error.fault).reason).contains("server stopped");
      assertThat(cut.error.localizedMessage).contains("server stopped while the task ran");
      assertThat(archive.unfinished()).isEmpty();
      assertThat(after.start(request(machine), progress -> null).value()).startsWith("task-100");
    } finally {
      go.countDown();
      before.close();
    }
  }

  private TaskService service(TaskArchive archive, NumberKeeper numbers, ObjectRegistry objects) {
    return new TaskService(
        objects, clock, DiskFaults::translate, new EventChains(), numbers, archive);
  }

  /** Starts a task and waits until it has ended. */
  private ManagedObjectReference finished(ManagedObject entity) {
    var ended = new CountDownLatch(1);
    ManagedObjectReference[] reference = new ManagedObjectReference[1];
    reference[0] = tasks.start(request(entity), progress -> null);
    objects.onChange(() -> endIf(reference[0], ended));
    endIf(reference[0], ended);
    await(ended);
    return reference[0];
  }

  private void endIf(ManagedObjectReference task, CountDownLatch ended) {
    ManagedObject object = objects.find(task);
    if (object == null || TaskService.info(object).completeTime != null) {
      ended.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ManagedObject machine(String id) {
    var object = new ManagedObject("VirtualMachine", id);
    objects.change(tx -> tx.add(object).set(object, "name", "VM"));
    return object;
  }

  private static TaskRequest request(ManagedObject entity) {
    return new TaskRequest(entity, "PowerOnVM_Task", "VirtualMachine.powerOn", "user");
  }
}
