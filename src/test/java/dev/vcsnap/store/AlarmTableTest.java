package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.server.JsonText;
import dev.vcsnap.vijson.VimJson;
import dev.vcsnap.vim.AlarmInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.OrAlarmExpression;
import java.time.Instant;
import java.util.List;

class AlarmTableTest {

  @EachDatabase
  void alarms_come_back_in_the_order_in_which_they_were_declared(Database database) {
    var table = new AlarmTable(database, new JsonText(new VimJson()));
    table.put(alarm("alarm-202", "first"));
    table.put(alarm("alarm-201", "second"));
    table.put(alarm("alarm-203", "third"));
    table.put(alarm("alarm-202", "changed"));
    table.remove("alarm-203");
    table.remove("alarm-999");

    assertThat(new AlarmTable(database, new JsonText(new VimJson())).all())
        .containsExactly(alarm("alarm-202", "changed"), alarm("alarm-201", "second"));
  }

  private static AlarmInfo alarm(String id, String name) {
    var alarm = new AlarmInfo();
    alarm.key = id;
    alarm.alarm = new ManagedObjectReference("Alarm", id);
    alarm.entity = new ManagedObjectReference("Folder", "group-d1");
    alarm.name = name;
    alarm.description = "";
    alarm.enabled = true;
    alarm.expression = new OrAlarmExpression();
    alarm.lastModifiedTime = Instant.EPOCH;
    alarm.lastModifiedUser = "user";
    alarm.creationEventId = 7;
    ((OrAlarmExpression) alarm.expression).expression = List.of();
    return alarm;
  }
}
