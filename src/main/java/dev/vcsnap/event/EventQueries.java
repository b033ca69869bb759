package dev.vcsnap.event;

import dev.vcsnap.history.HistoryCollectors;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventArgDesc;
import dev.vcsnap.vim.EventFilterSpec;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Vim25;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** What clients ask about events: once, or through a collector. */
public final class EventQueries {

  private final ObjectRegistry objects;
  private final EventLog log;
  private final HistoryCollectors<Event> collectors;
  private final Function<Session, Predicate<Event>> visible;

  /**
   * @param visible which events a session may see, asked anew for each query
   */
  public EventQueries(
      ObjectRegistry objects,
      EventLog log,
      HistoryCollectors<Event> collectors,
      Function<Session, Predicate<Event>> visible) {
    this.visible = visible;
    this.objects = objects;
    this.log = log;
    this.collectors = collectors;
  }

  /**
   * Makes {@code latestEvent} the newest event that its reader may see, of those in memory; each
   * event makes an update of it, also one that changes nothing for who may not see it. Call once
   * the event manager is there.
   */
  void showLatest(SessionService sessions) {
    ManagedObject manager = EventService.manager(objects);
    if (manager != null) {
      manager.computed(
          "latestEvent",
          sessionId ->
              Optional.ofNullable(sessionId)
                  .flatMap(sessions::find)
                  .map(session -> log.latest(visible.apply(session)))
                  .orElse(null));
    }
  }

  public HistoryCollectors<Event> collectors() {
    return collectors;
  }

  /**
   * The newest events that match and that the session may see, oldest first.
   *
   * @throws dev.vcsnap.vim.VimException as {@link EventFilter#of}, or InvalidArgument for a count
   *     that is not allowed
   */
  public List<Event> query(Session session, EventFilterSpec spec) {
    int max = spec.maxCount == null ? HistoryCollectors.PAGE_MAX : spec.maxCount;
    if (max < 0 || max > HistoryCollectors.PAGE_MAX) {
      throw Faults.invalidArgument("filter.maxCount");
    }
    List<Event> newestFirst =
        log.before(Long.MAX_VALUE, max, EventFilter.of(spec, objects).and(visible.apply(session)));
    return shown(newestFirst.reversed(), Boolean.TRUE.equals(spec.disableFullMessage));
  }

  /** Makes a collector; {@code maxCount} of the filter is the size of its latest page. */
  public ManagedObjectReference collect(Session session, EventFilterSpec spec) {
    return collectors.create(
        session, spec, EventFilter.of(spec, objects), spec.maxCount == null ? 0 : spec.maxCount);
  }

  /**
   * The members that a kind of event adds to those of all events.
   *
   * @throws dev.vcsnap.vim.VimException InvalidArgument for a kind that is not known
   */
  public List<EventArgDesc> arguments(String eventTypeId) {
    DataType type = Vim25.data(eventTypeId.replaceFirst("^vim\\.event\\.", ""));
    if (type == null || !type.isA(Event.TYPE)) {
      throw Faults.invalidArgument("eventTypeId");
    }
    return type.properties().stream()
        .skip(Event.TYPE.properties().size())
        .map(EventQueries::argument)
        .toList();
  }

  private static EventArgDesc argument(Property member) {
    var argument = new EventArgDesc();
    argument.name = member.name();
    argument.type = member.type().name() + (member.type().array() ? "[]" : "");
    return argument;
  }

  private static List<Event> shown(List<Event> events, boolean withoutMessage) {
    return withoutMessage ? events.stream().map(EventQueries::withoutMessage).toList() : events;
  }

  private static Event withoutMessage(Event event) {
    Event copy = DataObject.copyOf(event);
    copy.fullFormattedMessage = null;
    return copy;
  }
}
