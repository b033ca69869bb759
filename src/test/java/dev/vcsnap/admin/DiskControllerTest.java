package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.inventory.VirtualMachines;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bytes of disks over HTTP, as somebody at Swagger UI writes and reads them. */
class DiskControllerTest {

  private static final String EMPTY = "DC0_C0_RP0_VM2";
  private static final String DISK = "/_vcsnap/vms/" + EMPTY + "/disks/scsi0:0/content";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path data;

  private static ConfigurableApplicationContext server;
  private static URI root;
  private final HttpClient http = HttpClient.newHttpClient();
  private String session = "";

  @BeforeAll
  static void start() {
    server = StartedServer.start(data);
    root = StartedServer.rootOf(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private HttpResponse<byte[]> send(
      String user, String verb, String path, BodyPublisher body, String... headers)
      throws Exception {
    var request =
        HttpRequest.newBuilder(root.resolve(path))
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
            .method(verb, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("user:pass", "GET", path, BodyPublishers.noBody(), headers);
  }

  private byte[] read(String path, long first, long last) throws Exception {
    var reply = get(path, "Range", "bytes=" + first + "-" + last);
    assertThat(reply.statusCode()).isEqualTo(206);
    assertThat(reply.headers().firstValue("Content-Range").orElseThrow())
        .startsWith("bytes " + first + "-" + last + "/");
    return reply.body();
  }

  private String text(String path, long first, int length) throws Exception {
    return new String(read(path, first, first + length - 1), StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> put(byte[] bytes, String... headers) throws Exception {
    return send("user:pass", "PUT", DISK, BodyPublishers.ofByteArray(bytes), headers);
  }

  private void write(long offset, byte[] bytes) throws Exception {
    var reply =
        put(
            bytes,
            "Content-Range",
            "bytes " + offset + "-" + (offset + bytes.length - 1) + "/*",
            "Content-Type",
            "text/plain");
    assertThat(reply.statusCode()).isEqualTo(204);
  }

  private void write(long offset, String text) throws Exception {
    write(offset, text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode json(HttpResponse<byte[]> reply) {
    return JsonMapper.shared().readTree(reply.body());
  }

  private JsonNode call(String object, String method, String arguments) throws Exception {
    HttpResponse<byte[]> reply =
        http.send(
            HttpRequest.newBuilder(root.resolve("/sdk/vim25/9.0.0.0/" + object + "/" + method))
                .header("vmware-api-session-id", session)
                .POST(BodyPublishers.ofString(arguments.replace('\'', '"')))
                .build(),
            BodyHandlers.ofByteArray());
    session = reply.headers().firstValue("vmware-api-session-id").orElse(session);
    return json(reply);
  }

  private void run(String object, String method, String arguments) throws Exception {
    String task = "Task/" + call(object, method, arguments).get("value").stringValue() + "/info";
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> {
          var reply =
              http.send(
                  HttpRequest.newBuilder(root.resolve("/sdk/vim25/9.0.0.0/" + task))
                      .header("vmware-api-session-id", session)
                      .build(),
                  BodyHandlers.ofByteArray());
          return json(reply).get("state").stringValue().equals("success");
        });
  }

  @Test
  void the_whole_story_is_told_over_http() throws Exception {
    call("SessionManager/SessionManager", "Login", "{'userName': 'user', 'password': 'pass'}");
    String machine =
        "VirtualMachine/"
            + call(
                    "SearchIndex/SearchIndex",
                    "FindByInventoryPath",
                    "{'inventoryPath': 'DC0/vm/" + EMPTY + "'}")
                .get("value")
                .stringValue();

    write(1000, "before");
    run(machine, "CreateSnapshot_Task", "{'name': 'first', 'memory': false, 'quiesce': false}");
    write(1000, "after!");
    assertThat(text(DISK, 1000, 6)).isEqualTo("after!");
    assertThat(text(DISK + "?snapshot=first", 1000, 6)).isEqualTo("before");
    run(machine, "RevertToCurrentSnapshot_Task", "{}");
    assertThat(text(DISK, 1000, 6)).isEqualTo("before");
    run(machine, "RemoveAllSnapshots_Task", "{}");
    assertThat(text(DISK, 1000, 6)).isEqualTo("before");
    assertThat(get(DISK + "?snapshot=first").statusCode()).isEqualTo(404);
  }

  @Test
  void what_is_written_at_any_place_is_read() throws Exception {
    long size = size();
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var bytes = new byte[1_000_003];
    random.nextBytes(bytes);
    for (long offset : new long[] {0, 77_777, size - bytes.length}) {
      write(offset, bytes);
      assertThat(read(DISK, offset, offset + bytes.length - 1))
          .as("seed %d", seed)
          .isEqualTo(bytes);
    }
    var whole = get(DISK, "Range", "bytes=" + (size - 500_000) + "-99999999999");
    assertThat(whole.body())
        .as("seed %d", seed)
        .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 500_000, bytes.length));
  }

  private long size() throws Exception {
    var head = send("user:pass", "HEAD", DISK, BodyPublishers.noBody());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Accept-Ranges")).contains("bytes");
    return head.headers().firstValueAsLong("Content-Length").orElseThrow();
  }

  @Test
  void what_does_not_fit_is_refused_and_written_nowhere() throws Exception {
    long size = size();
    byte[] before = read(DISK, 0, 99);
    for (String range :
        new String[] {
          "bytes 0-9/*",
          "bytes 0-99/1",
          "bytes " + (size - 50) + "-" + (size + 49) + "/*",
          "bytes 99-0/*",
          "bytes 0-99",
          "bytes */100",
          "items 0-99/*",
          "bytes 99999999999999999999-99999999999999999999/*",
          ""
        }) {
      var reply = put(new byte[100], "Content-Range", range);
      assertThat(reply.statusCode()).as(range).isEqualTo(400);
      assertThat(json(reply).get("error").stringValue()).as(range).isNotEmpty();
    }
    assertThat(json(put(new byte[100])).get("error").stringValue()).contains("" + size);
    assertThat(read(DISK, 0, 99)).isEqualTo(before);
  }

  @Test
  void the_type_of_a_body_does_not_matter_nor_that_its_length_is_not_said() throws Exception {
    for (String type : new String[] {"application/x-www-form-urlencoded", "application/json"}) {
      var reply =
          send(
              "user:pass",
              "PUT",
              DISK,
              BodyPublishers.ofInputStream(
                  () -> new java.io.ByteArrayInputStream("a=b&c".getBytes(StandardCharsets.UTF_8))),
              "Content-Type",
              type,
              "Content-Range",
              "bytes 512-516/*");
      assertThat(reply.statusCode()).as(type).isEqualTo(204);
      assertThat(text(DISK, 512, 5)).isEqualTo("a=b&c");
      write(512, "-----");
    }
  }

  @Test
  void a_body_that_is_no_range_long_is_refused() throws Exception {
    for (String range : new String[] {"bytes 0-98/*", "bytes 0-100/*"}) {
      var reply =
          send(
              "user:pass",
              "PUT",
              DISK,
              BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[100])),
              "Content-Range",
              range);
      assertThat(reply.statusCode()).as(range).isEqualTo(400);
    }
  }

  @Test
  void what_is_not_there_and_who_may_not_is_said() throws Exception {
    assertThat(get("/_vcsnap/vms/nobody/disks/scsi0:0/content").statusCode()).isEqualTo(404);
    var missing = get("/_vcsnap/vms/" + EMPTY + "/disks/scsi0:9/content");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(json(missing).get("error").stringValue()).contains("scsi0:9", "scsi0:0");
    assertThat(get(DISK + "?snapshot=none").statusCode()).isEqualTo(404);
    assertThat(get(DISK, "Range", "bytes=99999999999-").statusCode()).isEqualTo(416);
    String backup = "backup@vsphere.local:VMware1!";
    String reader = "readonly@vsphere.local:VMware1!";
    var nothing = BodyPublishers.noBody();
    assertThat(send("user:wrong", "GET", DISK, nothing).statusCode()).isEqualTo(401);
    assertThat(send(reader, "GET", DISK, nothing).statusCode()).isEqualTo(403);
    assertThat(send(backup, "HEAD", DISK, nothing).statusCode()).isEqualTo(200);
    assertThat(send(reader, "PUT", DISK, nothing, "Content-Range", "bytes 0-0/*").statusCode())
        .isEqualTo(403);
  }

  @Test
  void a_disk_that_cannot_be_read_or_written_is_a_sentence_and_no_bytes() throws Exception {
    String name = "DC0_H0_VM1";
    var machines = server.getBean(VirtualMachines.class);
    machines.named(name).orElseThrow().disk("scsi0:0").close();
    String disk = DISK.replace(EMPTY, name);
    for (String range : new String[] {"bytes=0-999", "bytes=0-"}) {
      var reply = get(disk, "Range", range);
      assertThat(reply.statusCode()).isEqualTo(500);
      assertThat(json(reply).get("error").stringValue()).isNotEmpty();
      assertThat(reply.headers().firstValue("Content-Range")).isEmpty();
      assertThat(reply.headers().firstValue("Accept-Ranges")).isEmpty();
    }
    var refused =
        send(
            "user:pass",
            "PUT",
            disk,
            BodyPublishers.ofByteArray(new byte[10]),
            "Content-Range",
            "bytes 0-9/*");
    assertThat(refused.statusCode()).isEqualTo(500);
  }

  @Test
  void its_document_says_how_to_send_bytes() throws Exception {
    JsonNode path =
        json(get("/v3/api-docs")).at("/paths/~1_vcsnap~1vms~1{vm}~1disks~1{node}~1content");
    assertThat(path.at("/get/parameters").toString()).contains("Range", "snapshot");
    assertThat(path.at("/put/parameters").toString()).contains("Content-Range");
    assertThat(path.at("/put/requestBody/content").propertyNames())
        .contains("text/plain", "application/octet-stream");
  }
}
