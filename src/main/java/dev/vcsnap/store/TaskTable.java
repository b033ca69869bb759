package dev.vcsnap.store;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.task.TaskArchive;
import dev.vcsnap.task.TaskQuery;
import dev.vcsnap.task.TaskRecord;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskReasonAlarm;
import dev.vcsnap.vim.TaskReasonSchedule;
import dev.vcsnap.vim.TaskReasonUser;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps tasks in the database: written behind those who run them. */
public final class TaskTable implements TaskArchive, AutoCloseable {

  /** Beyond that a task's result is not kept. */
  private static final int INFO_CHARS_MAX = 1_000_000;

  private static final int INSERTS_BETWEEN_PRUNES = 1_000;

  private final Database database;
  private final DataText text;
  private final Clock clock;
  private final RetentionProperties retention;
  private final WriteBehind<Long, TaskRecord> behind;

  /** Only the writing thread uses it; a first batch prunes what became old while no server ran. */
  private int insertsUntilPrune;

  /** Opens the table; old tasks are removed as the retention says. */
  public TaskTable(Database database, DataText text, Clock clock, RetentionProperties retention) {
    this.database = database;
    this.text = text;
    this.clock = clock;
    this.retention = retention;
    this.behind = new WriteBehind<>("tasks", this::write);
  }

  @Override
  public void note(TaskRecord task) {
    behind.put(task.number(), task);
  }

  @Override
  public List<TaskRecord> unfinished() {
    return database
        .sql()
        .sql("select number, info from task where complete_time is null order by number")
        .query((row, index) -> record(row))
        .list();
  }

  @Override
  public List<TaskRecord> endedSince(Instant time, int max) {
    return database
        .sql()
        .sql(
            "select number, info from task where complete_time >= :time"
                + " order by complete_time desc, number desc limit :max")
        .param("time", time.atOffset(ZoneOffset.UTC))
        .param("max", max)
        .query((row, index) -> record(row))
        .list()
        .reversed();
  }

  @Override
  public List<TaskRecord> before(long number, TaskQuery query, int max) {
    return find(new TaskCondition(query).and("number < :edge", "edge", number), "desc", max);
  }

  @Override
  public List<TaskRecord> after(long number, TaskQuery query, int max) {
    return find(new TaskCondition(query).and("number > :edge", "edge", number), "asc", max);
  }

  private List<TaskRecord> find(TaskCondition condition, String order, int max) {
    behind.flush();
    return database
        .sql()
        .sql(
            "select number, info from task where "
                + condition.text()
                + " order by number "
                + order
                + " limit :max")
        .params(condition.values())
        .param("max", max)
        .query((row, index) -> record(row))
        .list();
  }

  private TaskRecord record(ResultSet row) throws SQLException {
    return new TaskRecord(row.getLong(1), text.read(TaskInfo.class, row.getString(2)));
  }

  private void write(List<TaskRecord> tasks) {
    int inserted =
        database.inTransaction(() -> {
          List<TaskRecord> missing = update(tasks);
          insert(missing);
          return missing.size();
        });
    insertsUntilPrune -= inserted;
    if (insertsUntilPrune <= 0) {
      insertsUntilPrune = INSERTS_BETWEEN_PRUNES;
      prune();
    }
  }

  /** Returns those of which there is no row yet. */
  private List<TaskRecord> update(List<TaskRecord> tasks) {
    List<TaskRecord> known = tasks.stream().filter(task -> task.info().startTime != null).toList();
    List<TaskRecord> missing = new ArrayList<>(tasks);
    missing.removeAll(known);
    int[][] counts =
        database
            .batches()
            .batchUpdate(
                "update task set state = ?, start_time = ?, complete_time = ?, info = ?"
                    + " where number = ?",
                known,
                known.size() + 1,
                (statement, task) -> {
                  setState(statement, task);
                  statement.setLong(5, task.number());
                });
    int index = 0;
    for (int[] batch : counts) {
      for (int count : batch) {
        if (count == 0) {
          missing.add(known.get(index));
        }
        index++;
      }
    }
    return missing;
  }

  private void insert(List<TaskRecord> tasks) {
    database
        .batches()
        .batchUpdate(
            "insert into task (state, start_time, complete_time, info, number, queue_time,"
                + " entity_id, user_name, alarm_id, scheduled_task_id, event_chain_id, tag,"
                + " activation_id, parent_key, root_key)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            tasks,
            tasks.size() + 1,
            (statement, task) -> {
              TaskInfo info = task.info();
              setState(statement, task);
              statement.setLong(5, task.number());
              setTime(statement, 6, info.queueTime);
              statement.setString(7, idOf(info.entity));
              statement.setString(
                  8, info.reason instanceof TaskReasonUser user ? user.userName : null);
              statement.setString(
                  9, info.reason instanceof TaskReasonAlarm alarm ? idOf(alarm.alarm) : null);
              statement.setString(
                  10,
                  info.reason instanceof TaskReasonSchedule schedule
                      ? idOf(schedule.scheduledTask)
                      : null);
              statement.setInt(11, info.eventChainId);
              statement.setString(12, info.changeTag);
              statement.setString(13, info.activationId);
              statement.setString(14, info.parentTaskKey);
              statement.setString(15, info.rootTaskKey);
            });
  }

  private void setState(PreparedStatement statement, TaskRecord task) throws SQLException {
    TaskInfo info = task.info();
    statement.setString(1, info.state.name());
    setTime(statement, 2, info.startTime);
    setTime(statement, 3, info.completeTime);
    statement.setString(4, spelled(info));
  }

  private String spelled(TaskInfo info) {
    String whole = text.write(info);
    if (whole.length() <= INFO_CHARS_MAX) {
      return whole;
    }
    TaskInfo without = text.read(TaskInfo.class, whole);
    without.result = null;
    return text.write(without);
  }

  private static void setTime(PreparedStatement statement, int index, @Nullable Instant time)
      throws SQLException {
    statement.setObject(
        index, time == null ? null : time.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
  }

  private static @Nullable String idOf(@Nullable ManagedObjectReference reference) {
    return reference == null ? null : reference.value();
  }

  private void prune() {
    database
        .sql()
        .sql("delete from task where complete_time < ?")
        .param(clock.now().minus(retention.tasks()).atOffset(ZoneOffset.UTC))
        .update();
    database
        .sql()
        .sql(
            "delete from task where complete_time is not null and number <="
                + " (select number from task order by number desc limit 1 offset ?)")
        .param(retention.tasksMax())
        .update();
  }

  /** Writes what waits; afterwards nothing may be noted. */
  @Override
  public void close() {
    behind.close();
  }
}
