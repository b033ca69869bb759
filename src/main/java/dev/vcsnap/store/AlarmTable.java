package dev.vcsnap.store;

import dev.vcsnap.alarm.AlarmArchive;
import dev.vcsnap.vim.AlarmInfo;
import java.util.List;

/** Keeps declared alarms in the database. */
final class AlarmTable implements AlarmArchive {

  private final Database database;
  private final DataText text;

  AlarmTable(Database database, DataText text) {
    this.database = database;
    this.text = text;
  }

  @Override
  public List<AlarmInfo> all() {
    return database
        .sql()
        .sql("select info from alarm order by number")
        .query((row, index) -> text.read(AlarmInfo.class, row.getString(1)))
        .list();
  }

  @Override
  public void put(AlarmInfo alarm) {
    database.row("alarm").key("id", alarm.key).set("info", text.write(alarm)).put();
  }

  @Override
  public void remove(String id) {
    database.sql().sql("delete from alarm where id = ?").param(id).update();
  }
}
