package dev.vcsnap.schedule;

import dev.vcsnap.event.EventService;
import dev.vcsnap.event.EventSubjects;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.ScheduledTaskCompletedEvent;
import dev.vcsnap.vim.ScheduledTaskCreatedEvent;
import dev.vcsnap.vim.ScheduledTaskEvent;
import dev.vcsnap.vim.ScheduledTaskEventArgument;
import dev.vcsnap.vim.ScheduledTaskFailedEvent;
import dev.vcsnap.vim.ScheduledTaskInfo;
import dev.vcsnap.vim.ScheduledTaskReconfiguredEvent;
import dev.vcsnap.vim.ScheduledTaskRemovedEvent;
import dev.vcsnap.vim.ScheduledTaskStartedEvent;

/** Tells what becomes of scheduled tasks as events. */
final class ScheduleEvents {

  private final EventService events;
  private final EventSubjects subjects;
  private final ObjectRegistry objects;

  ScheduleEvents(EventService events, EventSubjects subjects, ObjectRegistry objects) {
    this.events = events;
    this.subjects = subjects;
    this.objects = objects;
  }

  void created(ScheduledTaskInfo info) {
    post(new ScheduledTaskCreatedEvent(), info, info.lastModifiedUser);
  }

  void reconfigured(ScheduledTaskInfo info) {
    post(new ScheduledTaskReconfiguredEvent(), info, info.lastModifiedUser);
  }

  void removed(ScheduledTaskInfo info, String userName) {
    post(new ScheduledTaskRemovedEvent(), info, userName);
  }

  void started(ScheduledTaskInfo info) {
    post(new ScheduledTaskStartedEvent(), info, info.lastModifiedUser);
  }

  void ended(ScheduledTaskInfo info) {
    LocalizedMethodFault error = info.error;
    if (error == null) {
      post(new ScheduledTaskCompletedEvent(), info, info.lastModifiedUser);
    } else {
      var failed = new ScheduledTaskFailedEvent();
      failed.reason = error;
      post(failed, info, info.lastModifiedUser);
    }
  }

  private void post(ScheduledTaskEvent event, ScheduledTaskInfo info, String userName) {
    event.scheduledTask = new ScheduledTaskEventArgument();
    event.scheduledTask.scheduledTask = info.scheduledTask;
    event.scheduledTask.name = info.name;
    ManagedObject entity = objects.find(info.entity.value());
    if (entity == null) {
      return;
    }
    event.entity = subjects.entity(entity);
    event.userName = userName;
    events.post(subjects.about(event, info.entity));
  }
}
