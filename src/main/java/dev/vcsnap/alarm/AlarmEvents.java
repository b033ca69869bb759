package dev.vcsnap.alarm;

import dev.vcsnap.event.EventService;
import dev.vcsnap.event.EventSubjects;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.AlarmAcknowledgedEvent;
import dev.vcsnap.vim.AlarmClearedEvent;
import dev.vcsnap.vim.AlarmCreatedEvent;
import dev.vcsnap.vim.AlarmEvent;
import dev.vcsnap.vim.AlarmEventArgument;
import dev.vcsnap.vim.AlarmReconfiguredEvent;
import dev.vcsnap.vim.AlarmRemovedEvent;
import dev.vcsnap.vim.AlarmStatusChangedEvent;
import dev.vcsnap.vim.ManagedEntityStatus;

/** Tells what becomes of alarms as events. */
final class AlarmEvents {

  private final EventService events;
  private final EventSubjects subjects;

  AlarmEvents(EventService events, EventSubjects subjects) {
    this.events = events;
    this.subjects = subjects;
  }

  int created(DeclaredAlarm alarm, ManagedObject entity) {
    var event = new AlarmCreatedEvent();
    event.entity = subjects.entity(entity);
    post(event, alarm, entity, alarm.info().lastModifiedUser);
    return event.key;
  }

  void reconfigured(DeclaredAlarm alarm, ManagedObject entity) {
    var event = new AlarmReconfiguredEvent();
    event.entity = subjects.entity(entity);
    post(event, alarm, entity, alarm.info().lastModifiedUser);
  }

  void removed(DeclaredAlarm alarm, ManagedObject entity, String userName) {
    var event = new AlarmRemovedEvent();
    event.entity = subjects.entity(entity);
    post(event, alarm, entity, userName);
  }

  void acknowledged(DeclaredAlarm alarm, ManagedObject entity, String userName) {
    var event = new AlarmAcknowledgedEvent();
    event.source = subjects.entity(entity);
    event.entity = subjects.entity(entity);
    post(event, alarm, entity, userName);
  }

  void cleared(
      DeclaredAlarm alarm, ManagedObject entity, ManagedEntityStatus from, String userName) {
    var event = new AlarmClearedEvent();
    event.source = subjects.entity(entity);
    event.entity = subjects.entity(entity);
    event.from = from.name();
    post(event, alarm, entity, userName);
  }

  void changed(
      DeclaredAlarm alarm, ManagedObject entity, ManagedEntityStatus from, ManagedEntityStatus to) {
    var event = new AlarmStatusChangedEvent();
    event.source = subjects.entity(entity);
    event.entity = subjects.entity(entity);
    event.from = from.name();
    event.to = to.name();
    post(event, alarm, entity, "");
  }

  private void post(AlarmEvent event, DeclaredAlarm alarm, ManagedObject entity, String userName) {
    event.alarm = new AlarmEventArgument();
    event.alarm.alarm = alarm.object().reference();
    event.alarm.name = alarm.info().name;
    event.userName = userName;
    events.post(subjects.about(event, entity.reference()));
  }
}
