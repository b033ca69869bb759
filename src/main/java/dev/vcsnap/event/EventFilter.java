package dev.vcsnap.event;

import dev.vcsnap.history.EntityScope;
import dev.vcsnap.history.UserNames;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.AlarmEvent;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventEx;
import dev.vcsnap.vim.EventFilterSpec;
import dev.vcsnap.vim.EventFilterSpecByEntity;
import dev.vcsnap.vim.ExtendedEvent;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ScheduledTaskEvent;
import dev.vcsnap.vim.Vim25;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client's {@code EventFilterSpec} as a question about one event.
 *
 * @param spec what the client asked for
 * @param test the whole of it as code
 */
public record EventFilter(EventFilterSpec spec, Predicate<Event> test) implements Predicate<Event> {

  private static final String MODEL_PREFIX = "vim.event.";

  /** The same question with one more condition. */
  @Override
  public EventFilter and(Predicate<? super Event> other) {
    return new EventFilter(spec, test.and(other));
  }

  /**
   * Makes the question; every member that is set must hold.
   *
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound for an entity that does not exist, or
   *     InvalidArgument for a type that is none of events
   */
  public static EventFilter of(EventFilterSpec spec, ObjectRegistry objects) {
    List<Predicate<Event>> conditions = new ArrayList<>();
    if (spec.eventChainId != null) {
      int chain = spec.eventChainId;
      conditions.add(event -> event.chainId == chain);
    }
    if (spec.time != null && spec.time.beginTime != null) {
      var begin = spec.time.beginTime;
      conditions.add(event -> !event.createdTime.isBefore(begin));
    }
    if (spec.time != null && spec.time.endTime != null) {
      var end = spec.time.endTime;
      conditions.add(event -> !event.createdTime.isAfter(end));
    }
    if (spec.userName != null) {
      Predicate<String> users = UserNames.of(spec.userName.systemUser, spec.userName.userList);
      conditions.add(event -> users.test(event.userName));
    }
    if (isSet(spec.type)) {
      conditions.add(byType(spec.type));
    }
    if (isSet(spec.eventTypeId)) {
      conditions.add(byTypeId(Set.copyOf(spec.eventTypeId)));
    }
    if (isSet(spec.category)) {
      Set<String> categories = Set.copyOf(spec.category);
      conditions.add(event -> categories.contains(EventCatalog.category(event)));
    }
    if (isSet(spec.tag)) {
      Set<String> tags = Set.copyOf(spec.tag);
      conditions.add(event -> event.changeTag != null && tags.contains(event.changeTag));
    }
    if (spec.alarm != null) {
      ManagedObjectReference alarm = spec.alarm;
      conditions.add(event -> event instanceof AlarmEvent about && alarm.equals(about.alarm.alarm));
    }
    if (spec.scheduledTask != null) {
      ManagedObjectReference scheduled = spec.scheduledTask;
      conditions.add(event ->
          event instanceof ScheduledTaskEvent about
              && scheduled.equals(about.scheduledTask.scheduledTask));
    }
    if (spec.entity != null) {
      conditions.add(byEntity(spec.entity, objects));
    }
    return new EventFilter(spec, conditions.stream().reduce(event -> true, Predicate::and));
  }

  @Override
  public boolean test(Event event) {
    return test.test(event);
  }

  private static Predicate<Event> byType(List<String> names) {
    List<DataType> types = names.stream().map(EventFilter::eventType).toList();
    return event -> types.stream().anyMatch(type -> event.vimType().isA(type));
  }

  private static DataType eventType(String name) {
    DataType type = Vim25.data(bare(name));
    if (type == null || !type.isA(Event.TYPE)) {
      throw Faults.invalidArgument("filter.type");
    }
    return type;
  }

  /**
   * An id is that of an {@code EventEx}, or the name of a type, alone or as the interface's own
   * model spells it; a type stands for those that extend it too.
   */
  private static Predicate<Event> byTypeId(Set<String> ids) {
    Set<String> names = ids.stream().map(EventFilter::bare).collect(Collectors.toUnmodifiableSet());
    return event -> {
      if (event instanceof EventEx other && other.eventTypeId != null) {
        return ids.contains(other.eventTypeId);
      }
      if (event instanceof ExtendedEvent other && other.eventTypeId != null) {
        return ids.contains(other.eventTypeId);
      }
      for (DataType type = event.vimType(); type != null; type = type.base()) {
        if (names.contains(type.name())) {
          return true;
        }
      }
      return false;
    };
  }

  private static Predicate<Event> byEntity(EventFilterSpecByEntity spec, ObjectRegistry objects) {
    if (spec.entity == null || spec.recursion == null) {
      throw Faults.invalidArgument("filter.entity");
    }
    var scope =
        new EntityScope(
            objects,
            spec.entity,
            switch (spec.recursion) {
              case self -> EntityScope.Depth.SELF;
              case children -> EntityScope.Depth.CHILDREN;
              case all -> EntityScope.Depth.ALL;
            });
    if (scope.isEverything()) {
      return event -> true;
    }
    boolean root = scope.isRoot();
    return event -> {
      List<ManagedObjectReference> subjects = EventSubjects.of(event);
      if (subjects.isEmpty()) {
        return root && scope.isSelf();
      }
      return scope.isSelf()
          ? scope.contains(subjects.getFirst())
          : subjects.stream().anyMatch(scope::contains);
    };
  }

  private static String bare(String name) {
    return name.startsWith(MODEL_PREFIX) ? name.substring(MODEL_PREFIX.length()) : name;
  }

  private static boolean isSet(@Nullable List<?> list) {
    return list != null && !list.isEmpty();
  }
}
