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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole of it: a guest at work, snapshots by clients, and what is said of them afterwards. */
class SnapshotReportTest {

  /** Those that are more than four have empty disks. */
  private static final String MACHINE = "DC0_C0_RP0_VM2";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path data;

  private final HttpClient http = HttpClient.newHttpClient();
  private URI root = URI.create("http://127.0.0.1");
  private String session = "";

  private ConfigurableApplicationContext start() throws Exception {
    ConfigurableApplicationContext server =
        StartedServer.start(
            data, "--vcsnap.guest.provider=simulated", "--vcsnap.guest.poll-period=50ms");
    root = StartedServer.rootOf(server);
    session = "";
    vim("SessionManager/SessionManager/Login", "{'userName':'user','password':'pass'}");
    return server;
  }

  private JsonNode vim(String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve("/sdk/vim25/9.0.0.0/" + path))
            .header("vmware-api-session-id", session);
    request =
        body.isEmpty()
            ? request.GET()
            : request.POST(BodyPublishers.ofString(body.replace('\'', '"')));
    HttpResponse<String> reply = http.send(request.build(), BodyHandlers.ofString());
    session = reply.headers().firstValue("vmware-api-session-id").orElse(session);
    return JsonMapper.shared().readTree(reply.body());
  }

  private JsonNode ask(String verb, String path, String body) throws Exception {
    String basic = Base64.getEncoder().encodeToString("user:pass".getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> reply =
        http.send(
            HttpRequest.newBuilder(root.resolve("/_vcsnap/vms/" + MACHINE + path))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/json")
                .method(verb, BodyPublishers.ofString(body.replace('\'', '"')))
                .build(),
            BodyHandlers.ofString());
    return JsonMapper.shared().readTree(reply.body());
  }

  private void awaitSteps(long steps) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (ask("GET", "/guest/workload", "").get("steps").longValue() < steps) {
      assertThat(Instant.now()).as("the guest does not work").isBefore(end);
    }
  }

  private void snapshot(String vm, String name, boolean quiesce) throws Exception {
    String spec =
        "{'name':'%s','description':'','memory':false,'quiesce':%s}".formatted(name, quiesce);
    String task = vim(vm + "/CreateSnapshot_Task", spec).get("value").stringValue();
    Instant end = Instant.now().plus(PATIENCE);
    JsonNode info = vim("Task/" + task + "/info", "");
    while (!info.get("state").stringValue().matches("success|error")) {
      assertThat(Instant.now()).as("%s", info).isBefore(end);
      info = vim("Task/" + task + "/info", "");
    }
    assertThat(info.get("state").stringValue()).as("%s", info).isEqualTo("success");
  }

  private void isConfirmed(String name, String kind) throws Exception {
    JsonNode report = ask("GET", "/snapshots/" + name + "/consistency", "");
    assertThat(report.get("recorded").stringValue()).as("%s", report).isEqualTo(kind);
    assertThat(report.get("bytes").stringValue()).as("%s", report).isEqualTo(kind);
    assertThat(report.get("agreement").stringValue()).as("%s", report).isEqualTo("confirmed");
  }

  @Test
  void whatIsRecordedOfSnapshotsIsProvenByTheirBytesAlsoAfterARestart() throws Exception {
    try (ConfigurableApplicationContext server = start()) {
      assertThat(server.isRunning()).isTrue();
      String uuid = "{'inventoryPath':'DC0/vm/" + MACHINE + "'}";
      String vm =
          "VirtualMachine/"
              + vim("SearchIndex/SearchIndex/FindByInventoryPath", uuid).get("value").stringValue();
      ask("PUT", "/guest/workload", "{'stepsPerSecond': 500}");
      awaitSteps(50);
      snapshot(vm, "crash", false);
      awaitSteps(100);
      snapshot(vm, "quiesced", true);
      awaitSteps(200);
      isConfirmed("crash", "crash");
      isConfirmed("quiesced", "application");
      assertThat(ask("GET", "/quiescing", "")).hasSize(1);
      assertThat(ask("GET", "/snapshots/crash/quiesce", "").has("error")).isTrue();
    }
    try (ConfigurableApplicationContext server = start()) {
      assertThat(server.isRunning()).isTrue();
      isConfirmed("crash", "crash");
      isConfirmed("quiesced", "application");
      JsonNode quiesce = ask("GET", "/snapshots/quiesced/quiesce", "");
      assertThat(quiesce.get("frozenWrites").longValue()).isZero();
      assertThat(quiesce.at("/handshake/phases"))
          .extracting(phase -> phase.get("name").stringValue())
          .containsExactly("freeze", "frozen", "thaw");
      assertThat(quiesce.at("/handshake/steps"))
          .extracting(step -> step.get("what").stringValue())
          .contains("vmbackup.start", "prov.snapshotCommit", "vmbackup.snapshotDone", "req.done");
    }
  }
}
