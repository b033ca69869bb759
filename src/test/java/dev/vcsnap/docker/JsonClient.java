package dev.vcsnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** As much of a VI/JSON client as it takes to snapshot one virtual machine. */
final class JsonClient {
  private static final String SESSION_HEADER = "vmware-api-session-id";
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http;
  private final URI root;
  private final String session;
  private final String machine;

  private JsonClient(HttpClient http, URI root, String session, String machine) {
    this.http = http;
    this.root = root;
    this.session = session;
    this.machine = machine;
  }

  static JsonClient logIn(URI address, String machineName) throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new TrustEveryone()}, null);
    HttpClient http = HttpClient.newBuilder().sslContext(tls).build();
    URI root = address.resolve("/sdk/vim25/8.0.2.0/");

    JsonClient stranger = new JsonClient(http, root, "", "");
    HttpResponse<String> login =
        stranger.post(
            "SessionManager/SessionManager/Login", Map.of("userName", "user", "password", "pass"));
    String session = login.headers().firstValue(SESSION_HEADER).orElseThrow();

    HttpResponse<String> found =
        new JsonClient(http, root, session, "")
            .post(
                "SearchIndex/SearchIndex/FindByInventoryPath",
                Map.of("inventoryPath", "DC0/vm/" + machineName));
    return new JsonClient(
        http, root, session, JSON.readTree(found.body()).required("value").stringValue());
  }

  /** Returns when the task has succeeded. */
  void createSnapshot(String name) throws Exception {
    HttpResponse<String> started =
        post(
            "VirtualMachine/" + machine + "/CreateSnapshot_Task",
            Map.of("name", name, "memory", false, "quiesce", false));
    String task = JSON.readTree(started.body()).required("value").stringValue();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> get("Task/" + task + "/info").required("state").stringValue(), "success"::equals);
  }

  List<String> snapshotNames() throws Exception {
    return get("VirtualMachine/" + machine + "/snapshot")
        .required("rootSnapshotList")
        .valueStream()
        .map(node -> node.required("name").stringValue())
        .toList();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(send(request(path).GET().build()).body());
  }

  private HttpResponse<String> post(String path, Map<String, Object> arguments)
      throws IOException, InterruptedException {
    String body = JSON.writeValueAsString(arguments);
    return send(request(path).POST(BodyPublishers.ofString(body)).build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(path)).header("Content-Type", "application/json");
    return session.isEmpty() ? request : request.header(SESSION_HEADER, session);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as("%s: %s", request.uri(), response.body()).isEqualTo(200);
    return response;
  }

  /**
   * The server signs its certificate itself; an extended one, so that names are not checked either.
   */
  private static final class TrustEveryone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
