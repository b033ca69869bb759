package dev.vcsnap.store;

import dev.vcsnap.task.TaskQuery;
import dev.vcsnap.vim.TaskFilterSpec;
import dev.vcsnap.vim.TaskFilterSpecByTime;
import dev.vcsnap.vim.TaskFilterSpecByUsername;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task query as the condition of a statement; case does not count in names of users. */
final class TaskCondition {

  private final List<String> terms = new ArrayList<>();
  private final Map<String, Object> values = new HashMap<>();

  TaskCondition(TaskQuery query) {
    TaskFilterSpec spec = query.spec();
    if (query.entities() != null) {
      oneOf("entity_id", query.entities());
    }
    if (spec.state != null && !spec.state.isEmpty()) {
      oneOf("state", spec.state.stream().map(Enum::name).toList());
    }
    oneOfIfAny("event_chain_id", spec.eventChainId);
    oneOfIfAny("tag", spec.tag);
    oneOfIfAny("activation_id", spec.activationId);
    oneOfIfAny("parent_key", spec.parentTaskKey);
    oneOfIfAny("root_key", spec.rootTaskKey);
    if (spec.alarm != null) {
      oneOf("alarm_id", List.of(spec.alarm.value()));
    }
    if (spec.scheduledTask != null) {
      oneOf("scheduled_task_id", List.of(spec.scheduledTask.value()));
    }
    users(spec.userName);
    time(spec.time);
  }

  /** Adds a term with one value. */
  TaskCondition and(String term, String name, Object value) {
    terms.add(term);
    values.put(name, value);
    return this;
  }

  /** The condition, with named parameters. */
  String text() {
    return String.join(" and ", terms);
  }

  /** The parameters. */
  Map<String, Object> values() {
    return values;
  }

  private void oneOfIfAny(String column, @Nullable Collection<?> wanted) {
    if (wanted != null && !wanted.isEmpty()) {
      oneOf(column, wanted);
    }
  }

  private void oneOf(String column, Collection<?> wanted) {
    if (wanted.isEmpty()) {
      terms.add("1 = 0");
    } else {
      and(column + " in (:" + column + ")", column, wanted);
    }
  }

  /** Tasks of the system itself are those that no user asked for. */
  private void users(@Nullable TaskFilterSpecByUsername users) {
    if (users == null) {
      return;
    }
    List<String> names =
        users.userList == null
            ? List.of()
            : users.userList.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    if (names.isEmpty()) {
      if (users.systemUser) {
        terms.add("user_name is null");
      }
    } else {
      and(
          users.systemUser
              ? "(lower(user_name) in (:user_name) or user_name is null)"
              : "lower(user_name) in (:user_name)",
          "user_name",
          names);
    }
  }

  private void time(@Nullable TaskFilterSpecByTime time) {
    if (time == null) {
      return;
    }
    String column =
        switch (time.timeType) {
          case queuedTime -> "queue_time";
          case startedTime -> "start_time";
          case completedTime -> "complete_time";
        };
    if (time.beginTime != null) {
      and(column + " >= :begin", "begin", time.beginTime.atOffset(ZoneOffset.UTC));
    }
    if (time.endTime != null) {
      and(column + " <= :end", "end", time.endTime.atOffset(ZoneOffset.UTC));
    }
  }
}
