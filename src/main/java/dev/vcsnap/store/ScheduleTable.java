package dev.vcsnap.store;

import dev.vcsnap.schedule.ScheduleArchive;
import dev.vcsnap.vim.ScheduledTaskInfo;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** Keeps scheduled tasks in the database. */
final class ScheduleTable implements ScheduleArchive {

  private final Database database;
  private final DataText text;

  ScheduleTable(Database database, DataText text) {
    this.database = database;
    this.text = text;
  }

  @Override
  public List<Kept> all() {
    return database
        .sql()
        .sql("select created, info from schedule order by created, id")
        .query((row, index) ->
            new Kept(
                row.getObject(1, OffsetDateTime.class).toInstant(),
                text.read(ScheduledTaskInfo.class, row.getString(2))))
        .list();
  }

  @Override
  public void put(Kept task) {
    database
        .row("schedule")
        .key("id", task.id())
        .set("created", task.created().atOffset(ZoneOffset.UTC))
        .set("info", text.write(task.info()))
        .put();
  }

  @Override
  public void remove(String id) {
    database.sql().sql("delete from schedule where id = ?").param(id).update();
  }
}
