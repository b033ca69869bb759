package dev.vcsnap.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

/** Replies have the text of a real server's, byte for byte. */
class SoapGoldenTest {

  private static final String CONTENT =
      "<RetrieveServiceContent xmlns=\"urn:vim25\"><_this type=\"ServiceInstance\">ServiceInstance"
          + "</_this></RetrieveServiceContent>";
  private static final String LOGIN =
      "<Login xmlns=\"urn:vim25\"><_this type=\"SessionManager\">SessionManager</_this>"
          + "<userName>user</userName><password>%s</password></Login>";

  private final SoapServer server = new SoapServer();

  @Test
  void service_content() throws Exception {
    assertReply(anonymous(CONTENT), 200, "service_content");
  }

  @Test
  void service_content_for_an_older_client() throws Exception {
    var response =
        server.send(
            SoapServer.ENVELOPE.formatted(CONTENT),
            request -> request.header("SOAPAction", "\"urn:vim25/5.5\""));
    assertReply(response, 200, "service_content_5.5");
  }

  @Test
  void login() throws Exception {
    assertReply(anonymous(LOGIN.formatted("pass")), 200, "login");
  }

  @Test
  void refused_login() throws Exception {
    assertReply(anonymous(LOGIN.formatted("wrong")), 500, "invalid_login");
  }

  @Test
  void call_without_a_session() throws Exception {
    assertReply(anonymous(fetch("name")), 500, "not_authenticated");
  }

  @Test
  void void_result() throws Exception {
    String logout =
        "<Logout xmlns=\"urn:vim25\"><_this"
            + " type=\"SessionManager\">SessionManager</_this></Logout>";
    assertReply(server.call(logout), 200, "logout");
  }

  @Test
  void create_snapshot() throws Exception {
    String create =
        "<CreateSnapshot_Task xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-62</_this>"
            + "<name>s1</name><memory>false</memory><quiesce>false</quiesce></CreateSnapshot_Task>";
    assertReply(server.call(create), 200, "create_snapshot");
  }

  @Test
  void fetch_of_an_array() throws Exception {
    assertReply(server.call(fetch("datastore")), 200, "fetch_array");
  }

  @Test
  void fetch_of_an_empty_array() throws Exception {
    assertReply(server.call(fetch("network")), 200, "fetch_empty_array");
  }

  @Test
  void fetch_of_a_reference() throws Exception {
    assertReply(server.call(fetch("parent")), 200, "fetch_reference");
  }

  @Test
  void fetch_of_a_string() throws Exception {
    assertReply(server.call(fetch("name")), 200, "fetch_string");
  }

  @Test
  void fetch_of_an_unset_property() throws Exception {
    assertReply(server.call(fetch("snapshot")), 200, "fetch_unset");
  }

  @Test
  void retrieve_properties() throws Exception {
    String retrieve =
        "<RetrievePropertiesEx"
            + " xmlns=\"urn:vim25\"><_this>propertyCollector</_this><specSet><propSet>"
            + "<type>VirtualMachine</type><pathSet>name</pathSet></propSet><objectSet><obj"
            + " type=\"VirtualMachine\">vm-62</obj></objectSet></specSet><options/>"
            + "</RetrievePropertiesEx>";
    assertReply(server.call(retrieve), 200, "retrieve_properties");
  }

  @Test
  void list_of_versions() throws Exception {
    var response =
        server.http.perform(get("/sdk/vimServiceVersions.xml")).andReturn().getResponse();
    assertReply(response, 200, "versions");
  }

  private MockHttpServletResponse anonymous(String body) throws Exception {
    return server.send(SoapServer.ENVELOPE.formatted(body), UnaryOperator.identity());
  }

  private static String fetch(String property) {
    return "<Fetch xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-62</_this><prop>"
        + property
        + "</prop></Fetch>";
  }

  private static void assertReply(MockHttpServletResponse response, int status, String golden)
      throws Exception {
    try (InputStream in = SoapGoldenTest.class.getResourceAsStream("golden/" + golden + ".xml")) {
      String expected = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(response.getContentAsString(StandardCharsets.UTF_8)).isEqualTo(expected);
    }
    assertThat(response.getStatus()).isEqualTo(status);
    assertThat(response.getContentType()).isEqualToIgnoringWhitespace("text/xml;charset=utf-8");
  }
}
