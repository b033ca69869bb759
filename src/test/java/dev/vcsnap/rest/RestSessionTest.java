package dev.vcsnap.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.delete;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.SessionService;
import jakarta.servlet.http.Cookie;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RestSessionTest {

  private static final String API = "/api/session";
  private static final String CIS = "/rest/com/vmware/cis/session";
  private static final URI CIS_GET = URI.create(CIS + "?~action=get");
  private static final String HEADER = "vmware-api-session-id";

  private final SessionService sessions =
      new SessionService(
          new SystemClock(),
          new Ids(new Dice(1)),
          List.of(new Account("user", "pa:ss\u00e9")),
          Duration.ofMinutes(30));
  private final MockMvc mvc =
      MockMvcBuilders.standaloneSetup(
              new ApiSessionController(new RestSessions(sessions)),
              new CisSessionController(new RestSessions(sessions)))
          .setControllerAdvice(new AutomationAdvice(new RestJson()))
          .build();

  @Test
  void apiLoginAnswers201AndTheIdAsAJsonString() throws Exception {
    MockHttpServletResponse reply = send(post(API).header("Authorization", basic("pa:ss\u00e9")));

    assertThat(reply.getStatus()).isEqualTo(201);
    assertThat(reply.getContentType()).isEqualTo("application/json");
    String id = tree(reply).stringValue();
    assertThat(sessions.find(id)).isPresent();
    assertThat(reply.getContentAsString()).isEqualTo('"' + id + '"');
  }

  @Test
  void apiGetDescribesTheSessionAndDeleteEndsIt() throws Exception {
    String id = tree(send(post(API).header("Authorization", basic("pa:ss\u00e9")))).stringValue();

    JsonNode session = tree(send(get(API).header(HEADER, id)));
    assertThat(session.get("user").stringValue()).isEqualTo("user");
    assertThat(session.propertyNames())
        .containsExactlyInAnyOrder("user", "created_time", "last_accessed_time");
    assertThat(session.get("created_time").stringValue()).endsWith("Z");
    assertThat(send(delete(API).header(HEADER, id)).getStatus()).isEqualTo(204);
    assertThat(send(get(API).header(HEADER, id)).getStatus()).isEqualTo(401);
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void wrongMissingOrMalformedCredentialsAreA401() throws Exception {
    for (String authorization :
        new String[] {basic("wrong"), "Basic ***", "Basic dXNlcg==", "Bearer x", ""}) {
      MockHttpServletResponse reply = send(post(API).header("Authorization", authorization));
      assertThat(reply.getStatus()).as(authorization).isEqualTo(401);
      assertThat(tree(reply).get("error_type").stringValue()).isEqualTo("UNAUTHENTICATED");
      assertThat(tree(reply).get("messages").isArray()).isTrue();
    }
    assertThat(send(post(API)).getStatus()).isEqualTo(401);
    assertThat(send(delete(API)).getStatus()).isEqualTo(401);
  }

  @Test
  void cisLoginWrapsTheIdAndSetsACookieForClientsThatDoNotUseTheHeader() throws Exception {
    MockHttpServletResponse reply = send(post(CIS).header("Authorization", basic("pa:ss\u00e9")));

    assertThat(reply.getStatus()).isEqualTo(200);
    String id = tree(reply).get("value").stringValue();
    assertThat(reply.getHeader("Set-Cookie")).startsWith(HEADER + "=" + id + ";");
    assertThat(send(post(CIS_GET).cookie(new Cookie(HEADER, id))).getStatus()).isEqualTo(200);
  }

  @Test
  void cisLoginWithHeaderAuthenticationSetsNoCookie() throws Exception {
    MockHttpServletResponse reply =
        send(
            post(CIS)
                .header("Authorization", basic("pa:ss\u00e9"))
                .header("vmware-use-header-authn", "true"));

    assertThat(reply.getHeader("Set-Cookie")).isNull();
    String id = tree(reply).get("value").stringValue();
    JsonNode session = tree(send(post(CIS_GET).header(HEADER, id))).get("value");
    assertThat(session.get("user").stringValue()).isEqualTo("user");
    assertThat(send(delete(CIS).header(HEADER, id)).getStatus()).isEqualTo(200);
    assertThat(send(post(CIS_GET).header(HEADER, id)).getStatus()).isEqualTo(401);
  }

  @Test
  void cisGetWithoutASessionIsA401EvenWithCredentials() throws Exception {
    MockHttpServletResponse reply =
        send(post(CIS_GET).header("Authorization", basic("pa:ss\u00e9")));

    assertThat(reply.getStatus()).isEqualTo(401);
    assertThat(tree(reply).at("/value/error_type").stringValue()).isEqualTo("UNAUTHENTICATED");
  }

  private MockHttpServletResponse send(MockHttpServletRequestBuilder request) throws Exception {
    return mvc.perform(request).andReturn().getResponse();
  }

  private static JsonNode tree(MockHttpServletResponse reply) throws Exception {
    return JsonMapper.shared().readTree(reply.getContentAsString());
  }

  private static String basic(String password) {
    return "Basic "
        + Base64.getEncoder().encodeToString(("user:" + password).getBytes(StandardCharsets.UTF_8));
  }
}
