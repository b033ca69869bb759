package dev.vcsnap.event;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.task.EventChains;
import dev.vcsnap.vim.Event;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private static final int BATCH_MAX = 1_000;

  private final ObjectRegistry objects;
  private final Clock clock;
  private final EventChains numbers;
  private final EventLog log;
  private final Executor later;
  private final List<Consumer<List<Event>>> followers = new CopyOnWriteArrayList<>();
  private final AtomicBoolean isDue = new AtomicBoolean();

  /** So that keys ascend in the log. */
  private final Object posting = new Object();

  /** Guarded by {@code followers}. */
  private long told;

  /**
   * Makes the service.
   *
   * @param later runs what follows from events; more than one at a time wait for each other
   */
  public EventService(
      ObjectRegistry objects, Clock clock, EventChains numbers, EventLog log, Executor later) {
    this.objects = objects;
    this.clock = clock;
    this.numbers = numbers;
    this.log = log;
    this.later = later;
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
    }
    if (isDue.compareAndSet(false, true)) {
      later.execute(this::tell);
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

  private void tell() {
    isDue.set(false);
    synchronized (followers) {
      List<Event> fresh = log.after(told, BATCH_MAX, event -> true);
      while (!fresh.isEmpty()) {
        List<Event> batch = fresh;
        told = batch.getLast().key;
        ManagedObject manager = objects.find("EventManager");
        if (manager != null) {
          objects.change(tx -> tx.set(manager, "latestEvent", batch.getLast()));
        }
        followers.forEach(follower -> follower.accept(batch));
        fresh = log.after(told, BATCH_MAX, event -> true);
      }
    }
  }
}
