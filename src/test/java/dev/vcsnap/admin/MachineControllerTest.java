package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MachineControllerTest {

  /** The fifth machine: those that are more than four have empty disks. */
  private static final String EMPTY = "DC0_C0_RP0_VM2";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path data;

  private static ConfigurableApplicationContext server;
  private static URI root;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    server = StartedServer.start(data);
    root = StartedServer.rootOf(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private record Reply(int status, JsonNode json) {}

  private Reply send(String verb, String path, String body) throws Exception {
    return send(verb, path, body, "user:pass");
  }

  private Reply send(String verb, String path, String body, String user) throws Exception {
    String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> reply =
        http.send(
            HttpRequest.newBuilder(root.resolve(path))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/json")
                .method(verb, BodyPublishers.ofString(body.replace('\'', '"')))
                .build(),
            BodyHandlers.ofString());
    return new Reply(reply.statusCode(), JsonMapper.shared().readTree(reply.body()));
  }

  private static String vm(String machine, String rest) {
    return "/_vcsnap/vms/" + machine + rest;
  }

  @Test
  void a_guest_is_put_to_work_and_its_snapshot_is_crash_consistent() throws Exception {
    assertThat(send("GET", vm(EMPTY, "/guest/workload"), "").json.get("activity").stringValue())
        .isEqualTo("none");
    Reply started = send("PUT", vm(EMPTY, "/guest/workload"), "{'stepsPerSecond': 200}");
    assertThat(started.status).isEqualTo(200);
    assertThat(started.json.get("node").stringValue()).isEqualTo("scsi0:0");
    Instant end = Instant.now().plus(PATIENCE);
    Reply seen = started;
    while (seen.json.get("steps").intValue() < 30 && Instant.now().isBefore(end)) {
      seen = send("GET", vm(EMPTY, "/guest/workload"), "");
    }
    assertThat(seen.json.get("activity").stringValue()).isEqualTo("running");
    assertThat(send("DELETE", vm(EMPTY, "/guest/workload"), "").status).isEqualTo(200);
  }

  @Test
  void a_disk_with_content_is_left_alone() throws Exception {
    assertThat(send("PUT", vm("DC0_H0_VM0", "/guest/workload"), "{}").status).isEqualTo(200);
    Instant end = Instant.now().plus(PATIENCE);
    Reply seen = send("GET", vm("DC0_H0_VM0", "/guest/workload"), "");
    while (!seen.json.get("activity").stringValue().equals("ended")
        && Instant.now().isBefore(end)) {
      seen = send("GET", vm("DC0_H0_VM0", "/guest/workload"), "");
    }
    assertThat(seen.json.get("problem").stringValue()).contains("left alone");
  }

  @Test
  void what_is_wrong_is_said_with_a_status() throws Exception {
    assertThat(send("GET", vm(EMPTY, "/guest/workload"), "", "user:wrong").status).isEqualTo(401);
    assertThat(send("GET", vm("nobody", "/guest/workload"), "").status).isEqualTo(404);
    assertThat(send("GET", vm(EMPTY, "/snapshots/snapshot-1-1/consistency"), "").status)
        .isEqualTo(404);
    for (String body :
        Stream.of("{'stepsPerSecond': 0}", "{'stepsPerSecond': 1001}", "{'node': 'x'}", "{")
            .toList()) {
      Reply refused = send("PUT", vm(EMPTY, "/guest/workload"), body);
      assertThat(refused.status).as(body).isEqualTo(400);
      assertThat(refused.json.get("error").stringValue()).as(body).isNotEmpty();
    }
  }

  @Test
  void its_document_lists_it() throws Exception {
    JsonNode paths = send("GET", "/v3/api-docs", "").json.get("paths");
    assertThat(paths.propertyNames())
        .contains(
            "/_vcsnap/vms/{vm}/guest/workload",
            "/_vcsnap/vms/{vm}/snapshots/{snapshot}/quiesce",
            "/_vcsnap/vms/{vm}/snapshots/{snapshot}/consistency");
  }
}
