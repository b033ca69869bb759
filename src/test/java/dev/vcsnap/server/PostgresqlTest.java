package dev.vcsnap.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole server with its records in PostgreSQL. */
class PostgresqlTest {

  @TempDir Path data;

  @Test
  void aSnapshotATaskAnAlarmAndATagOutliveARestart() throws Exception {
    try (EmbeddedPostgres database = database()) {
      String url = "--spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres");
      String machine;
      String task;
      try (var server = start(url)) {
        machine = first(server);
        JsonNode made =
            server.call(
                "VirtualMachine/" + machine,
                "CreateSnapshot_Task",
                "{'name':'kept','memory':false,'quiesce':false}");
        task = made.get("value").stringValue();
        ended(server, task);
        server.call(
            "AlarmManager/AlarmManager",
            "CreateAlarm",
            "{'entity':{'_typeName':'ManagedObjectReference','type':'Folder','value':'group-d1'},"
                + "'spec':{'_typeName':'AlarmSpec','name':'mine','description':'','enabled':true,"
                + "'expression':{'_typeName':'StateAlarmExpression','operator':'isEqual',"
                + "'type':'VirtualMachine','statePath':'runtime.powerState','red':'suspended'}}}");
      }
      try (var server = start(url)) {
        assertThat(first(server)).isEqualTo(machine);
        assertThat(server.read("VirtualMachine/" + machine, "snapshot").toString())
            .contains("kept");
        assertThat(server.read("Task/" + task, "info").get("state").stringValue())
            .isEqualTo("success");
        assertThat(server.read("Alarm/alarm-201", "info").get("name").stringValue())
            .isEqualTo("mine");
      }
    }
  }

  private WholeServer start(String url) throws Exception {
    var server = new WholeServer(data, "--vcsnap.machines=1", url);
    server.call("SessionManager/SessionManager", "Login", "{'userName':'user','password':'pass'}");
    return server;
  }

  private static String first(WholeServer server) throws Exception {
    return server.read("Folder/group-v3", "childEntity").get(0).get("value").stringValue();
  }

  private static void ended(WholeServer server, String task) throws Exception {
    for (long deadline = System.nanoTime() + 30_000_000_000L; System.nanoTime() < deadline; ) {
      JsonNode info = server.read("Task/" + task, "info");
      if (!info.get("state").stringValue().matches("queued|running")) {
        return;
      }
    }
    throw new AssertionError("The task " + task + " does not end");
  }

  private static EmbeddedPostgres database() {
    try {
      return EmbeddedPostgres.start();
    } catch (IOException | RuntimeException e) {
      return abort("PostgreSQL's binaries cannot be started here: " + e);
    }
  }
}
