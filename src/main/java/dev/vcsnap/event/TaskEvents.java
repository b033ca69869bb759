package dev.vcsnap.event;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskListener;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskEvent;
import dev.vcsnap.vim.TaskInfo;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tells tasks as events, in one chain each: that there is one, what begins with it, and what it
 * made of its machine.
 */
public final class TaskEvents implements TaskListener {

  private final EventService events;
  private final EventSubjects subjects;
  private final MachineEvents machines;
  private final UnaryOperator<String> labels;
  private final Map<String, MachineBefore> before = new ConcurrentHashMap<>();

  /**
   * Makes the listener.
   *
   * @param labels gives the words for a task's {@code descriptionId}
   */
  public TaskEvents(EventService events, EventSubjects subjects, UnaryOperator<String> labels) {
    this.events = events;
    this.subjects = subjects;
    this.machines = new MachineEvents(subjects);
    this.labels = labels;
  }

  /** Rule D10: the event keeps the task as it is now, in state queued. */
  @Override
  public void queued(TaskRequest request, TaskInfo info) {
    var event = new TaskEvent();
    event.info = info;
    event.fullFormattedMessage = "Task: " + labels.apply(info.descriptionId);
    post(request, info, event, info.entity);
  }

  @Override
  public void started(TaskRequest request, TaskInfo info) {
    ManagedObject entity = request.entity();
    if (!entity.type().isA("VirtualMachine")) {
      return;
    }
    before.put(info.key, MachineBefore.of(entity, subjects));
    Event beginning = MachineEvents.beginning(request.method());
    if (beginning != null) {
      post(request, info, beginning, entity.reference());
    }
  }

  @Override
  public void ended(TaskRequest request, TaskInfo info) {
    MachineBefore was = before.remove(info.key);
    if (was != null && info.error != null) {
      Event failure = MachineEvents.failure(request.method(), info.error);
      if (failure != null) {
        post(request, info, failure, request.entity().reference());
      }
    }
    if (was != null) {
      machines.changes(was, request, info).forEach(event -> post(request, info, event, null));
    }
    if (info.error == null
        && info.result instanceof ManagedObjectReference made
        && made.type().equals("VirtualMachine")) {
      machines.births(request, made).forEach(event -> post(request, info, event, null));
    }
  }

  private void post(
      TaskRequest request, TaskInfo info, Event event, @Nullable ManagedObjectReference entity) {
    subjects.about(event, entity);
    event.chainId = info.eventChainId;
    event.userName = request.userName();
    events.post(event);
  }
}
