package dev.vcsnap.rest;

import dev.vcsnap.VcsnapApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole server with the default inventory, and a client that is logged in to it. */
final class AutomationServer implements AutoCloseable {

  /** A reply: its status and its body, which is empty if there was none. */
  record Reply(int status, String body) {

    JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }
  }

  private final ConfigurableApplicationContext context;
  private final URI root;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String session;

  AutomationServer(Path data, String... settings) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--server.ssl.enabled=false",
                "--vcsnap.nbd.port=0",
                "--vcsnap.data=" + data,
                "--logging.level.root=WARN"));
    arguments.addAll(List.of(settings));
    context =
        new SpringApplicationBuilder(VcsnapApplication.class).run(arguments.toArray(String[]::new));
    int port = ((WebServerApplicationContext) context).getWebServer().getPort();
    root = URI.create("http://127.0.0.1:" + port);
    session = login("user:pass");
  }

  private String login(String account) throws Exception {
    String basic = Base64.getEncoder().encodeToString(account.getBytes(StandardCharsets.UTF_8));
    HttpRequest login =
        HttpRequest.newBuilder(root.resolve("/api/session"))
            .header("Authorization", "Basic " + basic)
            .POST(BodyPublishers.noBody())
            .build();
    return JsonMapper.shared()
        .readTree(http.send(login, BodyHandlers.ofString()).body())
        .stringValue();
  }

  Reply get(String path) throws Exception {
    return send("GET", path, "");
  }

  Reply post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  Reply send(String verb, String path, String body) throws Exception {
    return sendIn(session, verb, path, body);
  }

  /** Sends a request in a new session of another account, {@code user:password}. */
  Reply sendAs(String account, String verb, String path, String body) throws Exception {
    return sendIn(login(account), verb, path, body);
  }

  private Reply sendIn(String id, String verb, String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(root.resolve(path))
            .header("vmware-api-session-id", id)
            .method(verb, BodyPublishers.ofString(body.replace('\'', '"'))));
  }

  /** Sends a request that carries no session. */
  Reply anonymous(String verb, String path) throws Exception {
    return send(HttpRequest.newBuilder(root.resolve(path)).method(verb, BodyPublishers.noBody()));
  }

  private Reply send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> reply = http.send(request.build(), BodyHandlers.ofString());
    return new Reply(reply.statusCode(), reply.body());
  }

  @Override
  public void close() {
    context.close();
  }
}
