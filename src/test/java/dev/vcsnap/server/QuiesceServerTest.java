package dev.vcsnap.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The default inventory can quiesce without any preparation. */
class QuiesceServerTest {

  private static final String MACHINE = "VirtualMachine/vm-21";

  @TempDir Path data;

  @Test
  void quiescesShowsFailuresAndShutsDown() throws Exception {
    try (var server = new WholeServer(data, "--vcsnap.guest.poll-period=20ms")) {
      server.call(
          "SessionManager/SessionManager", "Login", "{'userName':'user','password':'pass'}");
      assertThat(server.read(MACHINE, "guest").at("/toolsRunningStatus").asString())
          .isEqualTo("guestToolsRunning");
      assertThat(finished(server, create(server)).at("/state").asString()).isEqualTo("success");
      JsonNode tree = server.read(MACHINE, "snapshot").at("/rootSnapshotList/0");
      assertThat(tree.at("/quiesced").asBoolean()).isTrue();
      assertThat(tree.at("/backupManifest").asString())
          .isEqualTo("[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0-quiesce_manifest1.xml");

      reconfigure(server, "vcsnap.guest.behaviour", "script-exits=3");
      JsonNode failed = finished(server, create(server));
      assertThat(failed.at("/error/fault/_typeName").asString())
          .isEqualTo("ApplicationQuiesceFault");
      assertThat(server.read(MACHINE, "snapshot").at("/rootSnapshotList/0/childSnapshotList"))
          .isEmpty();

      server.call(MACHINE, "ShutdownGuest", "{}");
      assertThat(server.read(MACHINE, "runtime").at("/powerState").asString())
          .isEqualTo("poweredOff");
      assertThat(server.read(MACHINE, "guest").at("/toolsRunningStatus").asString())
          .isEqualTo("guestToolsNotRunning");
    }
  }

  private static String create(WholeServer server) throws Exception {
    return server
        .call(
            MACHINE,
            "CreateSnapshotEx_Task",
            "{'name':'q','memory':false,'quiesceSpec':{'_typeName':'VirtualMachineGuestQuiesceSpec'}}")
        .at("/value")
        .asString();
  }

  private static void reconfigure(WholeServer server, String key, String value) throws Exception {
    String task =
        server
            .call(
                MACHINE,
                "ReconfigVM_Task",
                """
                {'spec':{'_typeName':'VirtualMachineConfigSpec','extraConfig':[
                {'_typeName':'OptionValue','key':'%s',
                'value':{'_typeName':'string','_value':'%s'}}]}}
                """
                    .formatted(key, value))
            .at("/value")
            .asString();
    assertThat(finished(server, task).at("/state").asString()).isEqualTo("success");
  }

  private static JsonNode finished(WholeServer server, String task) throws Exception {
    for (int look = 0; look < 3000; look++) {
      JsonNode info = server.read("Task/" + task, "info");
      if (!info.at("/completeTime").isMissingNode()) {
        return info;
      }
    }
    throw new AssertionError(task + " does not end");
  }
}
