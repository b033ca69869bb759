package dev.vcsnap.vijson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.util.UriUtils;

class VimJsonControllerTest {

  private static final String BASE = "/sdk/vim25/8.0.3.0/";

  private final SmallServer server = new SmallServer();
  private final VimJson json = new VimJson();
  private final MockMvc mvc =
      MockMvcBuilders.standaloneSetup(
              new VimJsonController(server.calls, json),
              new HelloController(server.calls),
              new OpenApiController(new OpenApiDocument(server.calls::served)))
          .setControllerAdvice(new VimJsonAdvice(json, server.calls))
          .build();

  @Test
  void theServiceContentIsReadBeforeLogin() throws Exception {
    MockHttpServletResponse reply = send(get(BASE + "ServiceInstance/ServiceInstance/content"));

    assertThat(reply.getStatus()).isEqualTo(200);
    assertThat(reply.getContentType()).isEqualTo("application/json");
    assertThat(reply.getContentAsString())
        .startsWith("{\"_typeName\":\"ServiceContent\",\"rootFolder\":{\"_typeName\":")
        .contains("\"patchLevel\":\"00100\"");
  }

  @Test
  void anOlderReleaseInThePathTrimsTheReplyAndAnUnknownOneIsTheNewest() throws Exception {
    String tail = "/ServiceInstance/ServiceInstance/content";

    assertThat(send(get("/sdk/vim25/5.5" + tail)).getContentAsString())
        .doesNotContain("patchLevel");
    for (String release : new String[] {"8.0.2.0", "9.1.0.0", "latest", "1.0", "release"}) {
      assertThat(send(get("/sdk/vim25/" + release + tail)).getContentAsString())
          .as(release)
          .contains("\"patchLevel\":\"00100\"");
    }
  }

  @Test
  void aLoginReplyCarriesTheSessionInTheHeaderAndItWorksAfterwards() throws Exception {
    MockHttpServletResponse login = login("pass");
    String id = login.getHeader("vmware-api-session-id");

    assertThat(login.getStatus()).isEqualTo(200);
    assertThat(login.getContentAsString()).startsWith("{\"_typeName\":\"UserSession\"");
    assertThat(id).hasSize(40);
    MockHttpServletResponse name =
        send(get(BASE + "VirtualMachine/vm-62/name").header("vmware-api-session-id", id));
    assertThat(name.getContentAsString()).isEqualTo("\"DC0_H0_VM0\"");
    assertThat(name.getHeader("vmware-api-session-id")).isNull();
  }

  @Test
  void theSoapCookieIsAsGoodAsTheHeader() throws Exception {
    String id = login("pass").getHeader("vmware-api-session-id");

    for (String cookie :
        new String[] {
          "vmware_soap_session=\"" + id + "\"",
          "a=b; vmware_soap_session=" + id + "; c=d",
          "$Version=\"1\"; vmware_soap_session=\"" + id + "\"; $Path=/"
        }) {
      assertThat(send(get(BASE + "VirtualMachine/vm-62/name").header("Cookie", cookie)).getStatus())
          .as(cookie)
          .isEqualTo(200);
    }
  }

  @Test
  void aWrongPasswordIsAFaultWithItsText() throws Exception {
    MockHttpServletResponse reply = login("wrong");

    assertThat(reply.getStatus()).isEqualTo(500);
    assertThat(reply.getContentType()).isEqualTo("application/json");
    assertThat(reply.getHeader("vmware-api-session-id")).isNull();
    assertThat(reply.getContentAsString())
        .isEqualTo(
            "{\"_typeName\":\"InvalidLogin\",\"faultstring\":\"Cannot complete login due to an"
                + " incorrect user name or password.\"}");
  }

  @Test
  @Rule(
      value = "E2",
      says = "Without a live session every call but login ends with NotAuthenticated.",
      by = Witness.DOCUMENT)
  void withoutASessionEverythingElseIsNotAuthenticated() throws Exception {
    for (MockHttpServletRequestBuilder request :
        new MockHttpServletRequestBuilder[] {
          get(BASE + "VirtualMachine/vm-62/name"),
          get(BASE + "VirtualMachine/vm-0/name"),
          post(BASE + "Task/task-7/CancelTask")
        }) {
      MockHttpServletResponse reply = send(request);
      assertThat(reply.getStatus()).isEqualTo(500);
      assertThat(reply.getContentAsString())
          .startsWith("{\"_typeName\":\"NotAuthenticated\"")
          .contains("The session is not authenticated.");
    }
  }

  @Test
  void aVoidMethodAnswers204AndTakesNoBody() throws Exception {
    MockHttpServletResponse reply = loggedIn(post(BASE + "SessionManager/SessionManager/Logout"));

    assertThat(reply.getStatus()).isEqualTo(204);
    assertThat(reply.getContentAsByteArray()).isEmpty();
  }

  @Test
  void anUnsetPropertyIsAnEmptyBodyOfKnownLength() throws Exception {
    MockHttpServletResponse reply = loggedIn(get(BASE + "VirtualMachine/vm-62/snapshot"));

    assertThat(reply.getStatus()).isEqualTo(200);
    assertThat(reply.getHeader("Content-Length")).isEqualTo("0");
    assertThat(reply.getContentAsByteArray()).isEmpty();
  }

  @Test
  void aPropertyThatIsAnArrayIsABareArray() throws Exception {
    assertThat(loggedIn(get(BASE + "VirtualMachine/vm-62/network")).getContentAsString())
        .isEqualTo(
            "[{\"_typeName\":\"ManagedObjectReference\",\"type\":\"Network\",\"value\":\"network-7\"}]");
  }

  @Test
  void aTaskMethodAnswersTheReferenceToItsTask() throws Exception {
    MockHttpServletResponse reply =
        loggedIn(
            post(BASE + "VirtualMachine/vm-62/CreateSnapshotEx_Task")
                .content("{\"name\":\"s1\",\"memory\":false}"));

    assertThat(reply.getStatus()).isEqualTo(200);
    assertThat(reply.getContentAsString())
        .isEqualTo(
            "{\"_typeName\":\"ManagedObjectReference\",\"type\":\"Task\",\"value\":\"task-7\"}");
  }

  @Test
  void aMissingArgumentIsAFaultThatNamesIt() throws Exception {
    assertThat(
            loggedIn(
                    post(BASE + "VirtualMachine/vm-62/CreateSnapshotEx_Task")
                        .content("{\"memory\":false}"))
                .getContentAsString())
        .contains("\"_typeName\":\"InvalidArgument\"")
        .contains("\"invalidProperty\":\"name\"");
  }

  @Test
  void bothNamesOfCancelWork() throws Exception {
    for (String name : new String[] {"CancelTask", "Cancel"}) {
      assertThat(loggedIn(post(BASE + "Task/task-7/" + name)).getStatus()).isEqualTo(204);
    }
  }

  @Test
  void anIdMayHoldAnyCharacter() throws Exception {
    String id = UriUtils.encode(SmallServer.ODD_ID, StandardCharsets.UTF_8);

    assertThat(
            loggedIn(get(URI.create(BASE + "ContainerView/" + id + "/type"))).getContentAsString())
        .isEqualTo("[\"VirtualMachine\"]");
    assertThat(
            loggedIn(post(URI.create(BASE + "ContainerView/" + id + "/DestroyView"))).getStatus())
        .isEqualTo(204);
  }

  @Test
  void unknownObjectsMethodsAndPropertiesAreFaults() throws Exception {
    assertThat(loggedIn(get(BASE + "VirtualMachine/vm-0/name")).getContentAsString())
        .contains("\"_typeName\":\"ManagedObjectNotFound\"")
        .contains("\"value\":\"vm-0\"");
    assertThat(loggedIn(post(BASE + "VirtualMachine/vm-62/Explode")).getContentAsString())
        .contains("\"_typeName\":\"MethodNotFound\"");
    assertThat(loggedIn(get(BASE + "VirtualMachine/vm-62/colour")).getContentAsString())
        .contains("\"_typeName\":\"InvalidProperty\"");
    assertThat(loggedIn(post(BASE + "VirtualMachine/vm-62/ShutdownGuest")).getContentAsString())
        .contains("\"_typeName\":\"NotSupported\"")
        .contains("VirtualMachine.ShutdownGuest");
    assertThat(loggedIn(get(BASE + "VirtualMachine/name")).getContentAsString())
        .contains("\"_typeName\":\"InvalidRequest\"");
  }

  @Test
  void malformedJsonIsAFaultThatNamesThePlace() throws Exception {
    MockHttpServletResponse reply =
        loggedIn(post(BASE + "VirtualMachine/vm-62/CreateSnapshotEx_Task").content("{\n,}"));

    assertThat(reply.getStatus()).isEqualTo(500);
    assertThat(reply.getContentAsString())
        .contains("\"_typeName\":\"InvalidRequest\"")
        .contains("line 2, column");
  }

  @Test
  void anUnforeseenFailureIsASystemErrorWithoutAStack() throws Exception {
    MockHttpServletResponse reply =
        loggedIn(post(BASE + "VirtualMachine/vm-62/PowerOnVM_Task").content("{}"));

    assertThat(reply.getStatus()).isEqualTo(500);
    assertThat(reply.getContentAsString())
        .contains("\"_typeName\":\"SystemError\"")
        .contains("the machine is on fire")
        .doesNotContain("\tat ");
  }

  @Test
  void helloAnswersTheFirstOfferedReleaseThatIsServed() throws Exception {
    assertThat(hello("{\"api_releases\":[\"9.1.0.0\",\"8.0.2.0\",\"8.0.3.0\"]}"))
        .isEqualTo("200 {\"api_release\":\"8.0.2.0\"}");
    assertThat(hello("{\"api_releases\":[\"7.0\"]}")).isEqualTo("200 {\"api_release\":\"\"}");
    for (String bad :
        new String[] {
          "",
          "{}",
          "[]",
          "x",
          "{\"api_releases\":[]}",
          "{\"api_releases\":[1]}",
          "{\"api_releases\":{\"a\":\"8.0.3.0\"}}"
        }) {
      assertThat(hello(bad)).as(bad).startsWith("400 ").contains("INVALID_ARGUMENT");
    }
  }

  private String hello(String body) throws Exception {
    MockHttpServletResponse reply =
        send(post(URI.create("/api/vcenter/system?action=hello")).content(body));
    return reply.getStatus() + " " + reply.getContentAsString();
  }

  private MockHttpServletResponse login(String password) throws Exception {
    return send(
        post(BASE + "SessionManager/SessionManager/Login")
            .content(
                "{\"_typeName\":\"LoginRequestType\",\"userName\":\"user\",\"password\":\""
                    + password
                    + "\"}"));
  }

  private MockHttpServletResponse loggedIn(MockHttpServletRequestBuilder request) throws Exception {
    String id = login("pass").getHeader("vmware-api-session-id");
    return send(request.header("vmware-api-session-id", id));
  }

  private MockHttpServletResponse send(MockHttpServletRequestBuilder request) throws Exception {
    return mvc.perform(request).andReturn().getResponse();
  }
}
