package dev.vcsnap.vijson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.call.CallService;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.store.TagTables;
import dev.vcsnap.store.TestDatabase;
import dev.vcsnap.tag.KeptTags;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The binding inside a real web server, where lengths, types and paths are the container's. */
class VimJsonServerTest {

  /** Not a configuration class by annotation, so that no scan of the packages finds it. */
  @EnableAutoConfiguration
  @ComponentScan({"dev.vcsnap.vijson", "dev.vcsnap.rest"})
  static class Server {

    private final SmallServer small = new SmallServer();

    @Bean
    CallService calls() {
      return small.calls;
    }

    @Bean
    SessionService sessions() {
      return small.sessions;
    }

    @Bean
    Ids ids() {
      return new Ids(new Dice(1));
    }

    @Bean
    KeptTags keptTags() {
      return new TagTables(TestDatabase.inMemory());
    }
  }

  private static ServletWebServerApplicationContext context;
  private static URI root;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    context =
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(Server.class)
                // As arguments, since these win over the application's own properties.
                .run(
                    "--server.port=0",
                    "--server.address=127.0.0.1",
                    "--server.ssl.enabled=false",
                    "--spring.main.banner-mode=off",
                    "--springdoc.api-docs.enabled=true",
                    "--springdoc.swagger-ui.enabled=true",
                    "--springdoc.api-docs.path=/own-api-docs",
                    "--logging.level.root=warn");
    root = URI.create("http://127.0.0.1:" + context.getWebServer().getPort());
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @Test
  @Rule(
      value = "E1",
      says = "One session id is good in the SOAP cookie and in the header of VI/JSON.",
      by = Witness.CLIENT)
  void aSessionOpenedByOneBindingIsGoodForTheOther() throws Exception {
    String basic = Base64.getEncoder().encodeToString("user:pass".getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> login =
        send(request("/api/session").header("Authorization", "Basic " + basic), "");
    String id = JsonMapper.shared().readTree(login.body()).stringValue();

    assertThat(login.statusCode()).isEqualTo(201);
    HttpResponse<String> name =
        get(
            request("/sdk/vim25/8.0.3.0/VirtualMachine/vm-62/name")
                .header("vmware-api-session-id", id));
    assertThat(name.body()).isEqualTo("\"DC0_H0_VM0\"");
    assertThat(name.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void anUnsetPropertyHasALengthOfZeroOnTheWireAndAVoidMethodNone() throws Exception {
    String id = login();

    HttpResponse<String> unset =
        get(
            request("/sdk/vim25/8.0.3.0/VirtualMachine/vm-62/snapshot")
                .header("vmware-api-session-id", id));
    assertThat(unset.statusCode()).isEqualTo(200);
    assertThat(unset.headers().firstValue("Content-Length")).hasValue("0");
    HttpResponse<String> nothing =
        send(
            request("/sdk/vim25/8.0.3.0/SearchIndex/SearchIndex/Logout")
                .header("vmware-api-session-id", id),
            "");
    assertThat(nothing.statusCode()).isEqualTo(500);
    HttpResponse<String> logout =
        send(
            request("/sdk/vim25/8.0.3.0/SessionManager/SessionManager/Logout")
                .header("vmware-api-session-id", id),
            "");
    assertThat(logout.statusCode()).isEqualTo(204);
    assertThat(logout.headers().firstValue("Content-Length")).isEmpty();
  }

  @Test
  void theContentTypeOfAFormOrNoneIsAsGoodAsThatOfJson() throws Exception {
    String body = "{\"userName\":\"user\",\"password\":\"pass\"}";
    for (String type : new String[] {"application/x-www-form-urlencoded", "text/plain", ""}) {
      HttpRequest.Builder request =
          request("/sdk/vim25/8.0.3.0/SessionManager/SessionManager/Login");
      if (!type.isEmpty()) {
        request.header("Content-Type", type);
      }
      HttpResponse<String> reply = send(request, body);
      assertThat(reply.statusCode()).as(type).isEqualTo(200);
      assertThat(reply.headers().firstValue("vmware-api-session-id")).isPresent();
    }
    HttpResponse<String> hello =
        send(
            request("/api/vcenter/system?action=hello")
                .header("Content-Type", "application/x-www-form-urlencoded"),
            "{\"api_releases\":[\"8.0.3.0\"]}");
    assertThat(hello.body()).isEqualTo("{\"api_release\":\"8.0.3.0\"}");
  }

  @Test
  void noReplySetsACookie() throws Exception {
    HttpResponse<String> reply =
        send(
            request("/sdk/vim25/8.0.3.0/SessionManager/SessionManager/Login"),
            "{\"userName\":\"user\",\"password\":\"pass\"}");

    assertThat(reply.headers().allValues("Set-Cookie")).isEmpty();
  }

  @Test
  void theDocumentIsServedAndSwaggerUiPointsAtAllThree() throws Exception {
    JsonNode document = JsonMapper.shared().readTree(get(request("/openapi.json")).body());
    assertThat(document.get("openapi").stringValue()).startsWith("3.1");

    HttpResponse<String> page = get(request("/swagger-ui.html"));
    assertThat(page.statusCode()).isEqualTo(302);
    HttpResponse<String> index = get(request("/swagger-ui/index.html"));
    assertThat(index.statusCode()).isEqualTo(200);
    JsonNode config =
        JsonMapper.shared().readTree(get(request("/own-api-docs/swagger-config")).body());
    assertThat(config.findValuesAsString("url"))
        .containsExactlyInAnyOrder("/openapi.json", "/openapi-rest.json", "/v3/api-docs");
  }

  private String login() throws Exception {
    return send(
            request("/sdk/vim25/8.0.3.0/SessionManager/SessionManager/Login"),
            "{\"userName\":\"user\",\"password\":\"pass\"}")
        .headers()
        .firstValue("vmware-api-session-id")
        .orElseThrow();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(root.resolve(path));
  }

  private HttpResponse<String> get(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String body)
      throws IOException, InterruptedException {
    return client.send(
        request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }
}
