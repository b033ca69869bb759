package dev.vcsnap.cli.demo;

import dev.vcsnap.ground.clock.Clock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Speaks VI/JSON: {@code POST /sdk/vim25/{release}/{Type}/{moId}/{Method}} calls a method, {@code
 * GET …/{property}} reads a property, and a header carries the session.
 */
final class VimJsonClient implements AutoCloseable {

  private static final String SESSION_HEADER = "vmware-api-session-id";
  private static final String ROOT = "/sdk/vim25/8.0.3.0/";
  private static final Reference SESSIONS = new Reference("SessionManager", "SessionManager");
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final Duration TASK_LIMIT = Duration.ofMinutes(2);
  private static final Duration TASK_POLL = Duration.ofMillis(10);
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http;
  private final URI root;
  private final Clock clock;
  private String session = "";

  /**
   * Makes a client that has not logged in.
   *
   * @param sha256Thumbprint the certificate to trust; not looked at over plain HTTP
   */
  VimJsonClient(URI server, String sha256Thumbprint, Clock clock) {
    var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (server.getScheme().equals("https")) {
      builder.sslContext(PinnedCertificate.contextFor(sha256Thumbprint));
    }
    this.http = builder.build();
    this.root = server.resolve(ROOT);
    this.clock = clock;
  }

  void logIn(String userName, String password) {
    HttpResponse<String> reply =
        send(
            request(SESSIONS, "Login")
                .POST(body(Map.of("userName", userName, "password", password))));
    session =
        reply
            .headers()
            .firstValue(SESSION_HEADER)
            .orElseThrow(
                () -> new DemoFailure("Login answered without the header " + SESSION_HEADER + "."));
  }

  /** Calls a method; a missing node stands for a result that is unset or void. */
  JsonNode call(Reference target, String method, Map<String, ?> arguments) {
    return parse(send(request(target, method).POST(body(arguments))));
  }

  /** Reads a property; a missing node stands for an unset one. */
  JsonNode read(Reference target, String property) {
    return parse(send(request(target, property).GET()));
  }

  /** Calls a method that makes a task, and waits for the task's result. */
  JsonNode finish(Reference target, String method, Map<String, ?> arguments) {
    Reference task = Reference.of(call(target, method, arguments));
    long start = clock.nanoTime();
    while (clock.nanoTime() - start < TASK_LIMIT.toNanos()) {
      JsonNode info = read(task, "info");
      switch (info.path("state").asString("")) {
        case "success" -> {
          return info.path("result");
        }
        case "error" ->
            throw new DemoFailure(
                method + " of " + target.id() + " failed: " + taskError(info.path("error")));
        default -> pause();
      }
    }
    throw new DemoFailure(
        method + " of " + target.id() + " was not done after " + TASK_LIMIT.toMinutes() + " min.");
  }

  private static String taskError(JsonNode error) {
    String type = error.path("fault").path("_typeName").asString("a fault without a name");
    return type + ", " + error.path("localizedMessage").asString("without a text");
  }

  private void pause() {
    try {
      clock.sleep(TASK_POLL);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private HttpRequest.Builder request(Reference target, String member) {
    URI uri = root.resolve(target.type() + "/" + target.id() + "/" + member);
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER_LIMIT)
            .header("Content-Type", "application/json")
            .header("User-Agent", "vcsnap-demo");
    return session.isEmpty() ? request : request.header(SESSION_HEADER, session);
  }

  private static HttpRequest.BodyPublisher body(Map<String, ?> arguments) {
    return BodyPublishers.ofString(JSON.writeValueAsString(arguments));
  }

  private HttpResponse<String> send(HttpRequest.Builder unfinished) {
    HttpRequest request = unfinished.build();
    try {
      HttpResponse<String> reply = http.send(request, BodyHandlers.ofString());
      if (reply.statusCode() / 100 != 2) {
        throw new DemoFailure(
            request.uri().getPath()
                + " answered "
                + reply.statusCode()
                + ": "
                + faultText(reply.body()));
      }
      return reply;
    } catch (IOException e) {
      throw new DemoFailure(
          request.uri() + " did not answer: " + (e.getMessage() == null ? e : e.getMessage()), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static String faultText(String body) {
    try {
      JsonNode fault = JSON.readTree(body);
      return fault.path("_typeName").asString("a fault without a name")
          + ", "
          + fault.path("faultstring").asString("without a text");
    } catch (JacksonException e) {
      return "no fault but '" + body + "'";
    }
  }

  private static JsonNode parse(HttpResponse<String> reply) {
    try {
      return reply.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(reply.body());
    } catch (JacksonException e) {
      throw new DemoFailure(
          reply.uri() + " answered what is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static DemoFailure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DemoFailure("The demonstration was interrupted.", e);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
