package dev.vcsnap.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.vcsnap.session.SessionCookie;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

/** The habits of real clients: where they post, how they name session and version. */
class SoapControllerTest {

  private static final String FETCH =
      "<Fetch xmlns=\"urn:vim25\"><_this>vm-62</_this><prop>name</prop></Fetch>";
  private static final String LOGIN =
      "<Login xmlns=\"urn:vim25\"><_this>SessionManager</_this><userName>user</userName>"
          + "<password>%s</password></Login>";
  private static final String CONTENT =
      "<RetrieveServiceContent xmlns=\"urn:vim25\"><_this>ServiceInstance</_this>"
          + "</RetrieveServiceContent>";

  private final SoapServer server = new SoapServer();

  @ParameterizedTest
  @ValueSource(strings = {"/sdk", "/sdk/", "/sdk/vimService", "/sdk/vimService.wsdl"})
  void takes_calls_at(String path) throws Exception {
    var response =
        server
            .http
            .perform(post(path).content(SoapServer.ENVELOPE.formatted(CONTENT)))
            .andReturn()
            .getResponse();
    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.getHeaders("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/xml; charset=UTF-8",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/soap+xml",
        "multipart/byteranges"
      })
  void takes_any_content_type(String type) throws Exception {
    var response = server.send(SoapServer.ENVELOPE.formatted(CONTENT), r -> r.contentType(type));
    assertThat(response.getStatus()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vmware_soap_session=\"ID\"",
        "vmware_soap_session=ID",
        "vmware_soap_session=\"ID\"; Path=/; HttpOnly; Secure;",
        "$Version=\"1\"; vmware_soap_session=\"ID\"; $Path=/",
        "vmware_soap_session= \"ID\"; $Path=/",
        "other=1; vmware_soap_session=\"ID\""
      })
  void finds_the_session_in_the_cookie(String form) throws Exception {
    String cookie = form.replace("ID", server.login());
    assertFetched(
        server.send(SoapServer.ENVELOPE.formatted(FETCH), r -> r.header("Cookie", cookie)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<vcSessionCookie>ID</vcSessionCookie>",
        "<vcSessionCookie>\"ID\"</vcSessionCookie>",
        "<vcSessionCookie xmlns=\"#\">vmware_soap_session=\"ID\"; Path=/</vcSessionCookie>",
        "<operationID>op-1</operationID><a><b/></a><x:vcSessionCookie xmlns:x=\"urn:vim25\">ID"
            + "</x:vcSessionCookie>"
      })
  void finds_the_session_in_the_envelope(String header) throws Exception {
    String request =
        SoapServer.ENVELOPE
            .replace(
                "<soapenv:Body>", "<soapenv:Header>" + header + "</soapenv:Header><soapenv:Body>")
            .replace("ID<", server.login() + "<")
            .replace("\"ID\"", '"' + server.login() + '"')
            .formatted(FETCH);
    assertFetched(server.send(request, UnaryOperator.identity()));
  }

  @Test
  void finds_the_session_in_the_header_of_the_other_encoding() throws Exception {
    String id = server.login();
    assertFetched(
        server.send(
            SoapServer.ENVELOPE.formatted(FETCH), r -> r.header("vmware-api-session-id", id)));
  }

  @Test
  void a_cookie_goes_before_the_envelope() throws Exception {
    String request =
        SoapServer.ENVELOPE
            .replace(
                "<soapenv:Body>",
                "<soapenv:Header><vcSessionCookie>123456789</vcSessionCookie></soapenv:Header>"
                    + "<soapenv:Body>")
            .formatted(FETCH);
    String cookie = SoapServer.cookie(server.login());
    assertFetched(server.send(request, r -> r.header("Cookie", cookie)));
  }

  @Test
  void login_sets_exactly_one_cookie_and_it_works() throws Exception {
    var response = login("pass", true);
    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.getHeaders("Set-Cookie")).hasSize(1);
    String cookie = response.getHeaders("Set-Cookie").getFirst();
    assertThat(cookie).matches("vmware_soap_session=\"[0-9a-f]{40}\"; Path=/;.*");
    assertFetched(
        server.send(SoapServer.ENVELOPE.formatted(FETCH), r -> r.header("Cookie", cookie)));
  }

  @Test
  void the_cookie_is_secure_except_over_plain_http() throws Exception {
    assertThat(login("pass", true).getCookie("vmware_soap_session").getSecure()).isTrue();
    assertThat(login("pass", false).getCookie("vmware_soap_session").getSecure()).isFalse();
    assertThat(SessionCookie.setCookie("ab", true))
        .isEqualTo("vmware_soap_session=\"ab\"; Path=/; HttpOnly; Secure;");
    assertThat(SessionCookie.setCookie("ab", false))
        .isEqualTo("vmware_soap_session=\"ab\"; Path=/; HttpOnly;");
  }

  @Test
  void a_refused_login_sets_a_cookie_that_leads_nowhere() throws Exception {
    var response = login("wrong", true);
    assertThat(response.getStatus()).isEqualTo(500);
    assertThat(response.getHeaders("Set-Cookie")).hasSize(1);
    String cookie = response.getHeaders("Set-Cookie").getFirst();
    var after = server.send(SoapServer.ENVELOPE.formatted(FETCH), r -> r.header("Cookie", cookie));
    assertThat(after.getContentAsString()).contains("NotAuthenticated");
  }

  @Test
  void prefixes_do_not_matter() throws Exception {
    String request =
        """
        <S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"
            xmlns:n1="urn:vim25" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
          <S:Body>
            <n1:Fetch>
              <n1:_this type="VirtualMachine" versionId="8.0.2.0">vm-62</n1:_this>
              <n1:prop i:type="x:string" xmlns:x="http://www.w3.org/2001/XMLSchema">name</n1:prop>
            </n1:Fetch>
          </S:Body>
        </S:Envelope>
        """;
    String cookie = SoapServer.cookie(server.login());
    assertFetched(server.send(request, r -> r.header("Cookie", cookie)));
  }

  @Test
  void the_receivers_type_may_stand_in_the_schema_attribute() throws Exception {
    assertFetched(server.call(FETCH.replace("<_this>", "<_this xsi:type=\"VirtualMachine\">")));
    assertFetched(
        server.call(FETCH.replace("<_this>", "<_this xsi:type=\"ManagedObjectReference\">")));
  }

  @Test
  void the_internal_namespace_is_tolerated() throws Exception {
    assertFetched(server.call(FETCH.replace("urn:vim25", "urn:internalvim25")));
  }

  @Test
  void a_client_with_an_empty_action_is_shown_the_oldest_interface() throws Exception {
    assertThat(content(r -> r.header("SOAPAction", "\"\""))).doesNotContain("viewManager");
    assertThat(content(r -> r.header("SOAPAction", ""))).doesNotContain("viewManager");
  }

  @Test
  void a_client_without_an_action_is_shown_the_newest_interface() throws Exception {
    assertThat(content(UnaryOperator.identity())).contains("guestCustomizationManager");
    assertThat(content(r -> r.header("SOAPAction", "urn:vim25/9.1.0.0")))
        .contains("guestCustomizationManager");
    assertThat(content(r -> r.header("SOAPAction", "\"urn:vim25/6.0\"")))
        .contains("viewManager")
        .doesNotContain("guestCustomizationManager");
  }

  @Test
  void compresses_what_is_large_when_asked() throws Exception {
    var plain = wsdl(r -> r);
    var packed = wsdl(r -> r.header("Accept-Encoding", "gzip, deflate"));
    assertThat(plain.getHeader("Content-Encoding")).isNull();
    assertThat(packed.getHeader("Content-Encoding")).isEqualTo("gzip");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed.getContentAsByteArray()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.getContentAsByteArray());
    }
    assertThat(wsdl(r -> r.header("Accept-Encoding", "gzip;q=0")).getHeader("Content-Encoding"))
        .isNull();
    var small =
        server.send(
            SoapServer.ENVELOPE.formatted(CONTENT), r -> r.header("Accept-Encoding", "gzip"));
    assertThat(small.getHeader("Content-Encoding")).isNull();
  }

  @Test
  void the_description_names_the_address_that_was_asked() throws Exception {
    assertThat(wsdl(r -> r.header("Host", "vc.example:8989")).getContentAsString())
        .contains("<soap:address location=\"http://vc.example:8989/sdk\"/>");
  }

  private MockHttpServletResponse wsdl(UnaryOperator<MockHttpServletRequestBuilder> more)
      throws Exception {
    return server.http.perform(more.apply(get("/sdk/vimService.wsdl"))).andReturn().getResponse();
  }

  private MockHttpServletResponse login(String password, boolean secure) throws Exception {
    return server.send(
        SoapServer.ENVELOPE.formatted(LOGIN.formatted(password)), r -> r.secure(secure));
  }

  private String content(UnaryOperator<MockHttpServletRequestBuilder> more) throws Exception {
    return server.send(SoapServer.ENVELOPE.formatted(CONTENT), more).getContentAsString();
  }

  private static void assertFetched(MockHttpServletResponse response) throws Exception {
    assertThat(response.getContentAsString(StandardCharsets.UTF_8))
        .contains("<returnval xsi:type=\"xsd:string\">DC0_H0_VM0</returnval>");
    assertThat(response.getStatus()).isEqualTo(200);
  }
}
