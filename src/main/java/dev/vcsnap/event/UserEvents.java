package dev.vcsnap.event;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventEx;
import dev.vcsnap.vim.ExtendedEvent;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.GeneralEvent;
import dev.vcsnap.vim.GeneralUserEvent;
import dev.vcsnap.vim.InvalidEvent;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.VimException;
import org.jspecify.annotations.Nullable;

/** The events that clients write themselves. */
public final class UserEvents {

  /** Bounds what one client can make the server keep. */
  private static final int CHARACTERS_MAX = 16_384;

  private final EventService events;
  private final EventSubjects subjects;
  private final ObjectRegistry objects;

  public UserEvents(EventService events, EventSubjects subjects, ObjectRegistry objects) {
    this.events = events;
    this.subjects = subjects;
    this.objects = objects;
  }

  /**
   * Logs a text on an entity.
   *
   * @throws VimException ManagedObjectNotFound, or InvalidArgument for a text that is too long
   */
  public void log(String userName, ManagedObjectReference entity, String message) {
    ManagedObject object = objects.find(entity);
    if (object == null) {
      throw Faults.notFound(entity);
    }
    if (message.length() > CHARACTERS_MAX) {
      throw Faults.invalidArgument("msg");
    }
    var event = new GeneralUserEvent();
    event.message = message;
    event.entity = subjects.entity(object);
    event.userName = userName;
    events.post(subjects.about(event, object.reference()));
  }

  /**
   * Logs an event that the client made up: a general one, or one of a kind of its own.
   *
   * @param task puts the event into the chain of a task; null for none
   * @throws VimException InvalidEvent for a type that only the server may log, or InvalidArgument
   *     for one that is too large or lacks its id
   */
  public void post(String userName, Event event, @Nullable TaskInfo task) {
    if (!(event instanceof EventEx || event instanceof GeneralEvent)) {
      throw new VimException(
          new InvalidEvent(), "An event of type " + event.vimType() + " cannot be posted.");
    }
    boolean named =
        switch (event) {
          case EventEx extended -> extended.eventTypeId != null && !extended.eventTypeId.isBlank();
          case ExtendedEvent extended ->
              extended.eventTypeId != null && !extended.eventTypeId.isBlank();
          default -> true;
        };
    if (!named) {
      throw Faults.invalidArgument("eventToPost.eventTypeId");
    }
    if (event.toString().length() > CHARACTERS_MAX) {
      throw Faults.invalidArgument("eventToPost");
    }
    event.userName = userName;
    event.chainId = task == null ? 0 : task.eventChainId;
    ManagedObjectReference about =
        switch (event) {
          case EventEx extended when extended.objectId != null && extended.objectType != null ->
              new ManagedObjectReference(extended.objectType, extended.objectId);
          case ExtendedEvent extended -> extended.managedObject;
          case GeneralUserEvent general when general.entity != null -> general.entity.entity;
          default -> null;
        };
    events.post(event.vm == null ? subjects.about(event, about) : event);
  }
}
