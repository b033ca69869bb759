package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.snapshot.SnapshotRequest;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChangedAreasControllerTest {

  private static final String NAME = "DC0_C0_RP0_VM2";
  private static final String NODE = "scsi0:0";
  private static final int BLOCK = 64 << 10;

  @TempDir static Path data;

  private static ConfigurableApplicationContext server;
  private static URI root;
  private static VirtualMachine machine;
  private static String base;
  private static String next;
  private static String since;
  private final HttpClient http = HttpClient.newHttpClient();

  private record Reply(int status, JsonNode json) {}

  @BeforeAll
  static void start() throws Exception {
    server = StartedServer.start(data);
    root = StartedServer.rootOf(server);
    VirtualMachines machines = server.getBean(VirtualMachines.class);
    machine = machines.of(machines.withIdOrName(NAME).orElseThrow());
    var spec = new VirtualMachineConfigSpec();
    spec.changeTrackingEnabled = true;
    server.getBean(ReconfigureService.class).reconfigure(machine, spec);
    write(2L * BLOCK, 1);
    int first = snapshot("base");
    base = machine.snapshotId(first);
    since = disk().changeIdOf(link(first)).orElseThrow().toString();
    keep(link(first));
    write(5L * BLOCK, 2);
    write(9L * BLOCK, 3);
    next = machine.snapshotId(snapshot("next"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RunningDisk disk() {
    return machine.disks().get(NODE);
  }

  private static void write(long offset, int value) {
    disk().writeAt(offset, ByteBuffer.wrap(new byte[] {(byte) value}));
  }

  private static int snapshot(String name) {
    return server
        .getBean(SnapshotService.class)
        .create(machine, new SnapshotRequest(name, "", false, false), percent -> {});
  }

  private static Path link(int uid) {
    return machine
        .files()
        .fileOf(machine.snapshots().find(uid).orElseThrow().disks().getFirst().fileName());
  }

  /** Puts a copy of what a snapshot froze into the datastore, as the plain bytes. */
  private static void keep(Path link) throws Exception {
    Path copy = machine.files().datastore().root().resolve("base.raw");
    try (BlockDevice frozen = disk().openFrozen(link);
        var file =
            Files.newByteChannel(Files.createFile(copy), java.nio.file.StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(frozen.sizeBytes(), 1 << 30));
      frozen.readAt(0, bytes);
      file.write(bytes.flip());
    }
  }

  private Reply ask(String snapshot, String node, String body) throws Exception {
    return ask(snapshot, node, body, "user:pass");
  }

  private Reply ask(String snapshot, String node, String body, String user) throws Exception {
    String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> reply =
        http.send(
            HttpRequest.newBuilder(
                    root.resolve(
                        "/_vcsnap/vms/%s/snapshots/%s/disks/%s/verify"
                            .formatted(NAME, snapshot, node)))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                .build(),
            BodyHandlers.ofString());
    return new Reply(reply.statusCode(), JsonMapper.shared().readTree(reply.body()));
  }

  private static String store() {
    return machine.files().datastore().name();
  }

  @Test
  void what_this_server_says_since_a_change_id_is_held_against_a_copy_in_a_datastore()
      throws Exception {
    Reply reply =
        ask(next, NODE, "{'base': '[%s] base.raw', 'since': '%s'}".formatted(store(), since));
    assertThat(reply.status).as(reply.json.toString()).isEqualTo(200);
    assertThat(reply.json.get("equal").booleanValue()).isTrue();
    assertThat(reply.json.get("complete").booleanValue()).isTrue();
    assertThat(reply.json.get("areas").get("count").intValue()).isEqualTo(2);
    assertThat(reply.json.get("superfluous").get("count").intValue()).isZero();
  }

  @Test
  void what_a_client_was_told_is_held_against_another_snapshot() throws Exception {
    Reply reply =
        ask(
            "next",
            NODE,
            "{'base': '%s', 'areas': [{'start': %d, 'length': %d}]}"
                .formatted(base, 5 * BLOCK, BLOCK));
    assertThat(reply.status).isEqualTo(200);
    assertThat(reply.json.get("equal").booleanValue()).isFalse();
    JsonNode missing = reply.json.get("missing");
    assertThat(missing.get("ranges").get(0).get("start").longValue()).isEqualTo(9L * BLOCK);
    assertThat(missing.get("ranges").get(0).get("length").longValue()).isEqualTo(512);
    assertThat(reply.json.get("next").get(0).stringValue()).contains("Do not keep");
  }

  @Test
  void a_full_copy_needs_no_base_and_asks_for_what_is_allocated() throws Exception {
    Reply reply = ask(next, NODE, "{}");
    assertThat(reply.status).isEqualTo(200);
    assertThat(reply.json.get("equal").booleanValue()).isTrue();
    assertThat(reply.json.get("areas").get("count").intValue()).isEqualTo(3);
  }

  @Test
  void what_is_wrong_is_said_with_a_status() throws Exception {
    assertThat(ask(next, NODE, "{}", "user:wrong").status).isEqualTo(401);
    assertThat(ask("nobody", NODE, "{}").status).isEqualTo(404);
    assertThat(ask(next, "scsi0:9", "{}").status).isEqualTo(404);
    assertThat(ask(next, NODE, "{'base': '[%s] nothing.raw'}".formatted(store())).status)
        .isEqualTo(404);
    assertThat(ask(next, NODE, "{'base': '[elsewhere] x'}").status).isEqualTo(404);
    for (String wrong :
        new String[] {
          "",
          "[]",
          "{'x': 1}",
          "{'base': '[x'}",
          "{'since': '*', 'areas': []}",
          "{'areas': [7]}",
          "{'base': {'x': 1}}",
          "{'since': 5}",
          "{'since': 'no change id'}",
          "{'base': '[%s] ../x'}".formatted(store())
        }) {
      Reply reply = ask(next, NODE, wrong);
      assertThat(reply.status).as(wrong + reply.json).isEqualTo(400);
      assertThat(reply.json.get("error").stringValue()).isNotBlank();
    }
  }
}
