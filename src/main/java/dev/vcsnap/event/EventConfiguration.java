package dev.vcsnap.event;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.history.Followers;
import dev.vcsnap.history.HistoryCollectors;
import dev.vcsnap.history.VisibleHistory;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.EventChains;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the event log, what fills it, and what clients ask of it. */
@Configuration(proxyBeanMethods = false)
class EventConfiguration {

  @Bean
  EventChains eventChains(NumberKeeper numbers) {
    return new EventChains(numbers);
  }

  @Bean
  EventLog eventLog(
      EventArchive archive, @Value("${vcsnap.events.in-memory-max:2000}") int eventsMax) {
    return new EventLog(archive, eventsMax);
  }

  @Bean
  EventService eventService(
      ObjectRegistry objects,
      Clock clock,
      EventChains chains,
      EventLog log,
      SessionService sessions) {
    Followers<Event> followers = Followers.onThreadsOfTheirOwn("events");
    var events = new EventService(objects, clock, chains, log, followers);
    new SessionEvents(events).listenTo(sessions);
    return events;
  }

  /** Once the machines are open. */
  @Bean
  SmartInitializingSingleton machinesFound(
      ObjectRegistry objects, EventService events, EventSubjects subjects) {
    return () -> DiscoveredMachines.tell(objects, events, subjects);
  }

  @Bean
  EventSubjects eventSubjects(ObjectRegistry objects) {
    return new EventSubjects(objects);
  }

  @Bean
  EventQueries eventQueries(
      ObjectRegistry objects,
      EventLog log,
      SessionService sessions,
      Ids ids,
      EventService events,
      VisibleHistory history) {
    Function<Session, Predicate<Event>> visible = session -> eventsFor(history.of(session));
    var collectors =
        new HistoryCollectors<>("EventHistoryCollector", log, objects, sessions, ids, visible);
    events.onEvents(collectors::changed);
    return new EventQueries(objects, log, collectors, visible);
  }

  /** Once the service's objects are there. */
  @Bean
  SmartInitializingSingleton latestEventShown(EventQueries queries, SessionService sessions) {
    return () -> queries.showLatest(sessions);
  }

  private static Predicate<Event> eventsFor(Predicate<List<ManagedObjectReference>> visible) {
    return event -> visible.test(EventSubjects.of(event));
  }

  @Bean
  RightsEvents rightsEvents(
      AuthorizationService authorization,
      EventService events,
      EventSubjects subjects,
      ObjectRegistry objects) {
    return new RightsEvents(authorization, events, subjects, objects);
  }

  @Bean
  UserEvents userEvents(EventService events, EventSubjects subjects, ObjectRegistry objects) {
    return new UserEvents(events, subjects, objects);
  }
}
