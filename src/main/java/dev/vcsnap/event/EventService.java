package dev.vcsnap.event;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.history.Followers;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.task.EventChains;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.ServiceContent;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes events: gives each a key, a time and a text, logs it, and tells those who follow.
 *
 * <p>To post costs a number and an insertion; collectors and other followers are told on another
 * thread, several events at a time when they come fast. An event is not changed any more once it is
 * posted.
 */
public final class EventService {

  private final Clock clock;
  private final EventChains numbers;
  private final EventLog log;
  private final Followers<Event> followers;

  /** So that keys ascend in the log. */
  private final Object posting = new Object();

  /** Makes the service. */
  public EventService(
      ObjectRegistry objects,
      Clock clock,
      EventChains numbers,
      EventLog log,
      Followers<Event> followers) {
    this.clock = clock;
    this.numbers = numbers;
    this.log = log;
    this.followers = followers;
    followers.add(batch -> {
      ManagedObject manager = manager(objects);
      if (manager != null) {
        objects.change(tx -> tx.set(manager, "latestEvent", batch.getLast()));
      }
    });
  }

  /**
   * Logs an event. Key and time are set here, the text where there is none, and the chain where the
   * event belongs to none: then it begins one of its own.
   */
  public void post(Event event) {
    if (event.userName == null) {
      event.userName = "";
    }
    if (event.fullFormattedMessage == null) {
      event.fullFormattedMessage = EventCatalog.message(event);
    }
    synchronized (posting) {
      event.key = numbers.next();
      if (event.chainId == 0) {
        event.chainId = event.key;
      }
      event.createdTime = clock.now();
      log.add(event);
      followers.tell(event);
    }
  }

  /** Registers for new events, oldest first; told after they can be read. */
  public void onEvents(Consumer<List<Event>> follower) {
    followers.add(follower);
  }

  /** The last event, or null if there was none. */
  public @Nullable Event latest() {
    return log.latest();
  }

  /** The event manager, by the id that the service's content gives it. */
  static @Nullable ManagedObject manager(ObjectRegistry objects) {
    ManagedObject service = objects.find("ServiceInstance");
    return service != null && service.get("content") instanceof ServiceContent content
        ? objects.find(content.eventManager)
        : objects.find("EventManager");
  }
}
