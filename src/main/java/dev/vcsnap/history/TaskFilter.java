package dev.vcsnap.history;

import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.task.TaskQuery;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskFilterSpec;
import dev.vcsnap.vim.TaskFilterSpecByEntity;
import dev.vcsnap.vim.TaskFilterSpecByTime;
import dev.vcsnap.vim.TaskFilterSpecRecursionOption;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskReasonAlarm;
import dev.vcsnap.vim.TaskReasonSchedule;
import dev.vcsnap.vim.TaskReasonUser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client's {@code TaskFilterSpec} as a question about one task.
 *
 * @param query what narrows the search for such tasks
 * @param condition decides
 */
public record TaskFilter(TaskQuery query, Predicate<TaskInfo> condition)
    implements Predicate<TaskInfo> {

  @Override
  public boolean test(TaskInfo info) {
    return condition.test(info);
  }

  /** The same question with one more condition. */
  @Override
  public TaskFilter and(Predicate<? super TaskInfo> other) {
    return new TaskFilter(query, condition.and(other));
  }

  /**
   * Makes the question; every member that is set must hold.
   *
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound for an entity that does not exist, or
   *     InvalidArgument for an incomplete member
   */
  public static TaskFilter of(TaskFilterSpec spec, ObjectRegistry objects) {
    List<Predicate<TaskInfo>> conditions = new ArrayList<>();
    oneOf(conditions, spec.state, info -> info.state);
    oneOf(conditions, spec.eventChainId, info -> info.eventChainId);
    oneOf(conditions, spec.tag, info -> info.changeTag);
    oneOf(conditions, spec.activationId, info -> info.activationId);
    oneOf(conditions, spec.parentTaskKey, info -> info.parentTaskKey);
    oneOf(conditions, spec.rootTaskKey, info -> info.rootTaskKey);
    if (spec.time != null) {
      conditions.add(byTime(spec.time));
    }
    if (spec.userName != null) {
      Predicate<String> users = UserNames.of(spec.userName.systemUser, spec.userName.userList);
      conditions.add(
          info -> users.test(info.reason instanceof TaskReasonUser by ? by.userName : ""));
    }
    if (spec.alarm != null) {
      ManagedObjectReference alarm = spec.alarm;
      conditions.add(info -> info.reason instanceof TaskReasonAlarm by && alarm.equals(by.alarm));
    }
    if (spec.scheduledTask != null) {
      ManagedObjectReference scheduled = spec.scheduledTask;
      conditions.add(info ->
          info.reason instanceof TaskReasonSchedule by && scheduled.equals(by.scheduledTask));
    }
    if (spec.entity != null) {
      conditions.add(byEntity(spec.entity, objects));
    }
    return new TaskFilter(
        new TaskQuery(spec, entities(spec.entity)),
        conditions.stream().reduce(info -> true, Predicate::and));
  }

  /** Only of the entity itself can be said beforehand whose tasks are meant. */
  private static @Nullable Set<String> entities(@Nullable TaskFilterSpecByEntity spec) {
    return spec != null && spec.recursion == TaskFilterSpecRecursionOption.self
        ? Set.of(spec.entity.value())
        : null;
  }

  private static void oneOf(
      List<Predicate<TaskInfo>> conditions,
      @Nullable List<?> wanted,
      Function<TaskInfo, @Nullable Object> member) {
    if (wanted != null && !wanted.isEmpty()) {
      Set<Object> values = Set.copyOf(wanted);
      conditions.add(info -> {
        Object value = member.apply(info);
        return value != null && values.contains(value);
      });
    }
  }

  /** A task that has not come to the time that is asked for does not match. */
  private static Predicate<TaskInfo> byTime(TaskFilterSpecByTime spec) {
    if (spec.timeType == null) {
      throw Faults.invalidArgument("filter.time.timeType");
    }
    Function<TaskInfo, @Nullable Instant> member =
        switch (spec.timeType) {
          case queuedTime -> info -> info.queueTime;
          case startedTime -> info -> info.startTime;
          case completedTime -> info -> info.completeTime;
        };
    Instant begin = spec.beginTime == null ? Instant.MIN : spec.beginTime;
    Instant end = spec.endTime == null ? Instant.MAX : spec.endTime;
    return info -> {
      Instant time = member.apply(info);
      return time != null && !time.isBefore(begin) && !time.isAfter(end);
    };
  }

  private static Predicate<TaskInfo> byEntity(TaskFilterSpecByEntity spec, ObjectRegistry objects) {
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
    return scope.isEverything()
        ? info -> true
        : info -> info.entity != null && scope.contains(info.entity);
  }
}
