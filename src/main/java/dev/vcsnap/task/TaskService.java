package dev.vcsnap.task;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.ground.ids.NumberSeries;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.SystemError;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.TaskReasonUser;
import dev.vcsnap.vim.VimException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts tasks, keeps them readable for a while after they ended, and lets one operation at a time
 * change an entity.
 *
 * <p>Rules B23, D1 to D8 of real servers: a second operation on a busy entity is refused with
 * {@code TaskInProgress} and never queued.
 */
public final class TaskService implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TaskService.class);

  private static final String CUT =
      "The server stopped while the task ran; its operation was finished or undone at the next"
          + " start.";

  private final ObjectRegistry objects;
  private final Clock clock;
  private final Function<RuntimeException, VimException> translator;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("task-", 1).factory());
  private final NumberSeries numbers;
  private final TaskKeys keys;
  private final TaskArchive archive;
  private final EventChains chains;
  private final List<TaskListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, Holder> busy = new HashMap<>();
  private final RecentTasks recent = new RecentTasks();
  private volatile boolean cutting;

  /** Who has an entity: one task alone, or a number of tasks that do not disturb each other. */
  private record Holder(ManagedObjectReference task, int beside) {}

  /** Makes a service whose tasks end with it. */
  public TaskService(
      ObjectRegistry objects, Clock clock, Function<RuntimeException, VimException> translator) {
    this(
        objects, clock, translator, new EventChains(), NumberKeeper.inMemory(), TaskArchive.none());
  }

  /** Makes a service whose tasks are named as a vCenter's. */
  public TaskService(
      ObjectRegistry objects,
      Clock clock,
      Function<RuntimeException, VimException> translator,
      EventChains chains,
      NumberKeeper numbers,
      TaskArchive archive) {
    this(objects, clock, translator, chains, numbers, TaskKeys.VCENTER, archive);
  }

  /**
   * Makes the service.
   *
   * @param translator turns a failure of the lower layers into the fault that the task ends with
   * @param chains numbers the chain of events that a task begins
   * @param numbers remembers which numbers tasks were given
   * @param keys how tasks are named
   * @param archive keeps the tasks
   */
  public TaskService(
      ObjectRegistry objects,
      Clock clock,
      Function<RuntimeException, VimException> translator,
      EventChains chains,
      NumberKeeper numbers,
      TaskKeys keys,
      TaskArchive archive) {
    this.keys = keys;
    this.objects = objects;
    this.clock = clock;
    this.translator = translator;
    this.chains = chains;
    this.numbers = new NumberSeries("task", 1, numbers);
    this.archive = archive;
  }

  /**
   * Shows the recent tasks of an earlier run; those that ran when it stopped end now, as what they
   * did was finished or undone meanwhile. To be called once, before there are others.
   */
  public void restore() {
    List<TaskRecord> cut = archive.unfinished();
    Instant since = clock.now().minus(RecentTasks.READABLE_AFTER_END);
    archive.endedSince(since, RecentTasks.FINISHED_MAX).forEach(kept -> restore(kept.info()));
    for (TaskRecord task : cut) {
      TaskInfo ended = task.info();
      ended.state = TaskInfoState.error;
      ended.completeTime = clock.now();
      ended.error = cutShort().localized();
      archive.note(task);
      restore(ended);
      LOG.warn("{} {} ran when the server stopped", ended.key, ended.name);
    }
  }

  private static VimException cutShort() {
    var fault = new SystemError();
    fault.reason = CUT;
    return new VimException(fault, CUT);
  }

  private void restore(TaskInfo ended) {
    var task = new ManagedObject("Task", ended.key);
    objects.change(tx -> tx.add(task).set(task, "info", ended));
    recent.addEnded(task);
  }

  /** Registers for what becomes of tasks. */
  public void listen(TaskListener listener) {
    listeners.add(listener);
  }

  /**
   * Starts a task that has its entity to itself.
   *
   * @return the reference to hand to the client; the work goes on
   * @throws VimException TaskInProgress if another operation has the entity
   */
  public ManagedObjectReference start(TaskRequest request, TaskBody body) {
    ManagedObject task = queue(request, true, false);
    threads.execute(() -> run(task, request, body));
    return task.reference();
  }

  /**
   * Starts a task that others of its kind may run beside, such as work on one of many files of a
   * datastore; operations that need the entity to themselves are refused meanwhile.
   *
   * @throws VimException TaskInProgress if an operation has the entity to itself
   */
  public ManagedObjectReference startBeside(TaskRequest request, TaskBody body) {
    ManagedObject task = queue(request, false, false);
    threads.execute(() -> run(task, request, body));
    return task.reference();
  }

  /**
   * Starts a task as {@link #startBeside} does, which clients can cancel: its body asks now and
   * then whether it {@link TaskBody.Progress#cancelled is}.
   */
  public ManagedObjectReference startCancelable(TaskRequest request, TaskBody body) {
    ManagedObject task = queue(request, false, true);
    threads.execute(() -> run(task, request, body));
    return task.reference();
  }

  /**
   * Asks a task to end early; it does later, with RequestCanceled (rule D6).
   *
   * @throws VimException InvalidState if it has ended, NotSupported if it cannot be cancelled
   */
  public void cancel(ManagedObject task) {
    synchronized (task) {
      TaskInfo now = info(task);
      if (now.completeTime != null) {
        throw Faults.invalidState("The task has already ended.");
      }
      if (!now.cancelable) {
        throw Faults.notSupported("CancelTask of " + now.name);
      }
      change(task, info -> info.cancelled = true);
    }
  }

  /**
   * Runs a short operation before it returns: clients that look see it as a task that has ended.
   *
   * @return the operation's result
   * @throws VimException TaskInProgress if another operation has the entity, or what the operation
   *     failed with
   */
  public @Nullable Object runNow(TaskRequest request, TaskBody body) {
    ManagedObject task = queue(request, true, false);
    run(task, request, body);
    TaskInfo ended = info(task);
    if (ended.error != null) {
      throw new VimException(ended.error.fault, ended.error.localizedMessage);
    }
    return ended.result;
  }

  private ManagedObject queue(TaskRequest request, boolean alone, boolean cancelable) {
    var task = new ManagedObject("Task", keys.of(request, numbers.next()));
    acquire(request.entity(), task.reference(), alone);
    TaskInfo queued;
    try {
      queued = queuedInfo(request, task.reference());
      queued.cancelable = cancelable;
    } catch (RuntimeException | Error failure) {
      release(request.entity());
      throw failure;
    }
    List<ManagedObjectReference> expired = recent.expire(clock.now());
    objects.change(tx -> {
      expired.forEach(tx::remove);
      tx.add(task).set(task, "info", queued);
    });
    recent.begin(task);
    keep(queued);
    tell(listener -> listener.queued(request, queued));
    tell(listener -> listener.shown(queued));
    return task;
  }

  /** The unfinished tasks and those that ended a short while ago, newest last (rule D7). */
  public List<ManagedObjectReference> recent() {
    return recent.shown(clock.now());
  }

  /** The same of one entity. */
  public List<ManagedObjectReference> recent(ManagedObjectReference entity) {
    return recent.shown(entity, clock.now());
  }

  /** The present state of a task. */
  public static TaskInfo info(ManagedObject task) {
    if (task.get("info") instanceof TaskInfo info) {
      return info;
    }
    throw new IllegalStateException(task + " has no info");
  }

  /** Takes no more tasks, and gives the running ones some time to end. */
  public void finish(Duration within) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS)) {
        cutting = true;
        LOG.warn("Tasks are still running after {} s and will be cut", within.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the running tasks, then takes no more. */
  @Override
  public void close() {
    threads.close();
    numbers.close();
  }

  private void run(ManagedObject task, TaskRequest request, TaskBody body) {
    Instant startTime = clock.now();
    Consumer<TaskInfo> start =
        info -> {
          info.state = TaskInfoState.running;
          info.startTime = startTime;
          info.progress = 0;
        };
    tell(listener -> listener.started(request, edited(task, start)));
    TaskInfo running = change(task, start);
    keep(running);
    tell(listener -> listener.shown(running));
    Consumer<TaskInfo> outcome = outcome(task, request, body);
    Instant completeTime = clock.now();
    Consumer<TaskInfo> end =
        outcome.andThen(info -> {
          info.progress = null;
          info.completeTime = completeTime;
        });
    tell(listener -> listener.ended(request, edited(task, end)));
    // First this: whoever sees that it ended may end the next one, which comes after it.
    recent.end(task);
    TaskInfo ended = change(task, end);
    keep(ended);
    tell(listener -> listener.shown(ended));
    LOG.info(
        "{} {} on {}: {}{}",
        task.id(),
        request.method(),
        request.entity().id(),
        ended.state,
        ended.error == null ? "" : ": " + ended.error.localizedMessage);
  }

  /** Does the work, and says what it makes of the task. */
  private Consumer<TaskInfo> outcome(ManagedObject task, TaskRequest request, TaskBody body) {
    var progress = new RunningTask(task, request.entity());
    try {
      Object result = body.run(progress);
      return info -> {
        info.state = TaskInfoState.success;
        info.result = result;
      };
    } catch (RuntimeException | Error e) {
      VimException fault =
          e instanceof RuntimeException known
              ? translator.apply(known)
              : Faults.systemError(e.toString(), e);
      LOG.debug("{} failed", task.id(), e);
      return info -> {
        info.state = TaskInfoState.error;
        info.error = fault.localized();
      };
    } finally {
      progress.letGo();
    }
  }

  /** What the work of a task can do to its task. */
  private final class RunningTask implements TaskBody.Progress {

    private final ManagedObjectReference task;
    private final TaskProgress progress;
    private final Queue<ManagedObject> held = new ConcurrentLinkedQueue<>();

    RunningTask(ManagedObject task, ManagedObject entity) {
      this.task = task.reference();
      this.progress =
          new TaskProgress(
              clock,
              percent -> change(task, info -> info.progress = percent),
              () -> cutting || info(task).cancelled);
      held.add(entity);
    }

    @Override
    public void percent(int done) {
      progress.percent(done);
    }

    @Override
    public boolean cancelled() {
      return progress.cancelled();
    }

    @Override
    public void take(ManagedObject other) {
      acquire(other, task, true);
      held.add(other);
    }

    @Override
    public void letGo() {
      for (ManagedObject entity = held.poll(); entity != null; entity = held.poll()) {
        release(entity);
      }
    }
  }

  private TaskInfo queuedInfo(TaskRequest request, ManagedObjectReference task) {
    var reason = new TaskReasonUser();
    reason.userName = request.userName();
    var info = new TaskInfo();
    info.key = task.value();
    info.task = task;
    info.name = request.method();
    info.descriptionId = request.descriptionId();
    info.entity = request.entity().reference();
    info.entityName = request.entity().get("name") instanceof String name ? name : "";
    info.state = TaskInfoState.queued;
    info.reason = TaskCause.orElse(reason);
    info.queueTime = clock.now();
    info.eventChainId = chains.next();
    return info;
  }

  /** Shows a task as it is after an edit; of several at once each builds on the one before. */
  private TaskInfo change(ManagedObject task, Consumer<TaskInfo> edit) {
    synchronized (task) {
      TaskInfo after = edited(task, edit);
      objects.change(tx -> tx.set(task, "info", after));
      return after;
    }
  }

  /** A task as an edit would make it. */
  private static TaskInfo edited(ManagedObject task, Consumer<TaskInfo> edit) {
    TaskInfo after = DataObject.copyOf(info(task));
    edit.accept(after);
    return after;
  }

  private void tell(Consumer<TaskListener> news) {
    for (TaskListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (RuntimeException e) {
        LOG.error("A listener to tasks failed", e);
      }
    }
  }

  private void keep(TaskInfo info) {
    archive.note(TaskRecord.of(info));
  }

  private void acquire(ManagedObject entity, ManagedObjectReference task, boolean alone) {
    synchronized (busy) {
      Holder other = busy.get(entity.id());
      if (other == null) {
        busy.put(entity.id(), new Holder(task, alone ? 0 : 1));
      } else if (alone || other.beside == 0) {
        throw Faults.taskInProgress(other.task);
      } else {
        busy.put(entity.id(), new Holder(task, other.beside + 1));
      }
    }
  }

  private void release(ManagedObject entity) {
    synchronized (busy) {
      busy.computeIfPresent(
          entity.id(),
          (id, holder) -> holder.beside > 1 ? new Holder(holder.task, holder.beside - 1) : null);
    }
  }
}
