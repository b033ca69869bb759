package dev.vcsnap.soap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

/** What is wrong with a request is refused with its name, and costs the server little. */
class SoapBadInputTest {

  private static final String RECONFIGURE =
      "<ReconfigVM_Task xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-62</_this>"
          + "<spec>%s</spec></ReconfigVM_Task>";

  private final SoapServer server = new SoapServer();

  @Test
  void empty_body() throws Exception {
    assertFault(raw(""), "ClientFaultCode", "InvalidRequest", "cannot be read as XML");
  }

  @Test
  void malformed_xml_is_refused_with_its_place() throws Exception {
    assertFault(
        raw(SoapServer.ENVELOPE.formatted("<Login xmlns=\"urn:vim25\"><_this></b></Login>")),
        "ClientFaultCode",
        "InvalidRequest",
        "at line 6, column");
  }

  @Test
  void truncated_request_is_not_carried_out() throws Exception {
    String whole = SoapServer.ENVELOPE.formatted(createSnapshot("s1"));
    String cut = whole.substring(0, whole.length() - "</soapenv:Envelope>".length());
    assertFault(loggedIn(cut), "ClientFaultCode", "InvalidRequest", "cannot be read as XML");
    assertThat(server.lastArguments).isEmpty();
  }

  @Test
  void bytes_that_are_not_utf_8() throws Exception {
    byte[] request =
        SoapServer.ENVELOPE.formatted(createSnapshot("?")).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < request.length; i++) {
      request[i] = request[i] == '?' && i > 50 ? (byte) 0xFF : request[i];
    }
    String cookie = SoapServer.cookie(server.login());
    assertFault(
        server.send(request, r -> r.header("Cookie", cookie)),
        "ClientFaultCode",
        "InvalidRequest",
        "cannot be read as XML");
  }

  @Test
  void entity_bomb() throws Exception {
    String bomb =
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
            + SoapServer.ENVELOPE
                .substring(SoapServer.ENVELOPE.indexOf('\n'))
                .formatted("<x>&b;</x>");
    assertFault(raw(bomb), "ClientFaultCode", "InvalidRequest", "document type is not allowed");
  }

  @Test
  void external_entity() throws Exception {
    String request =
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
            + SoapServer.ENVELOPE
                .substring(SoapServer.ENVELOPE.indexOf('\n'))
                .formatted(createSnapshot("&a;"));
    assertThat(
            assertFault(
                loggedIn(request), "ClientFaultCode", "InvalidRequest", "document type is not"))
        .doesNotContain("root:");
  }

  @Test
  void undeclared_entity() throws Exception {
    assertFault(
        loggedIn(SoapServer.ENVELOPE.formatted(createSnapshot("&a;"))),
        "ServerFaultCode",
        "InvalidRequest",
        "holds an entity");
  }

  @Test
  void unknown_method() throws Exception {
    assertFault(
        server.call(
            "<Brew xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-62</_this></Brew>"),
        "ServerFaultCode",
        "MethodNotFound",
        "'Brew'");
  }

  @Test
  void method_that_is_not_served() throws Exception {
    assertFault(
        server.call(
            "<PowerOnVM_Task xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-62</_this>"
                + "</PowerOnVM_Task>"),
        "ServerFaultCode",
        "NotSupported",
        "VirtualMachine.PowerOnVM_Task");
  }

  @Test
  void unknown_object() throws Exception {
    assertFault(
        server.call(
            "<PowerOnVM_Task xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-0</_this>"
                + "</PowerOnVM_Task>"),
        "ServerFaultCode",
        "ManagedObjectNotFound",
        "vim.VirtualMachine:vm-0");
  }

  @Test
  void receiver_is_missing() throws Exception {
    assertFault(
        server.call("<Login xmlns=\"urn:vim25\"><userName>u</userName></Login>"),
        "ServerFaultCode",
        "InvalidRequest",
        "first element of Login is not _this");
  }

  @Test
  void wrong_namespace() throws Exception {
    assertFault(
        raw(
            SoapServer.ENVELOPE.formatted(
                "<Login xmlns=\"urn:vim25/7.0\"><_this>x</_this></Login>")),
        "VersionMismatchFaultCode",
        "InvalidRequest",
        "Unsupported version URI \"urn:vim25/7.0\"\n\nwhile parsing SOAP body\nat line 6, column ");
  }

  @Test
  void soap_1_2_envelope() throws Exception {
    String request =
        SoapServer.ENVELOPE
            .replace(
                "http://schemas.xmlsoap.org/soap/envelope/",
                "http://www.w3.org/2003/05/soap-envelope")
            .formatted(createSnapshot("s"));
    assertFault(raw(request), "ClientFaultCode", "InvalidRequest", "SOAP 1.1 Envelope");
  }

  @Test
  void empty_soap_body() throws Exception {
    assertFault(
        raw(SoapServer.ENVELOPE.formatted("")),
        "ClientFaultCode",
        "InvalidRequest",
        "SOAP body is empty");
  }

  @Test
  void unknown_argument() throws Exception {
    assertFault(
        server.call(createSnapshot("s</name><colour>red</colour><name>")),
        "ServerFaultCode",
        "InvalidRequest",
        "Unexpected element tag \"colour\" seen");
  }

  @Test
  void argument_is_missing() throws Exception {
    assertFault(
        server.call(
            "<CreateSnapshot_Task xmlns=\"urn:vim25\"><_this>vm-62</_this></CreateSnapshot_Task>"),
        "ServerFaultCode",
        "InvalidArgument",
        "name");
  }

  @Test
  void argument_is_there_twice() throws Exception {
    assertFault(
        server.call(createSnapshot("a</name><name>b")),
        "ServerFaultCode",
        "InvalidRequest",
        "Unexpected element tag \"name\" seen");
  }

  @Test
  void unknown_member_is_named_with_its_type() throws Exception {
    assertFault(
        reconfigure("<numberOfCpus>2</numberOfCpus>"),
        "ServerFaultCode",
        "InvalidRequest",
        "Unexpected element tag \"numberOfCpus\" seen\n\nwhile parsing a data object of type"
            + " VirtualMachineConfigSpec");
  }

  @Test
  void required_member_is_missing() throws Exception {
    assertFault(
        reconfigure("<extraConfig><value xsi:type=\"xsd:string\">v</value></extraConfig>"),
        "ServerFaultCode",
        "InvalidRequest",
        "Required property key is missing from data object of type OptionValue");
  }

  @Test
  void member_in_a_foreign_namespace() throws Exception {
    assertFault(
        reconfigure("<numCPUs xmlns=\"urn:other\">2</numCPUs>"),
        "ServerFaultCode",
        "InvalidRequest",
        "urn:other");
  }

  @Test
  void text_between_members() throws Exception {
    assertFault(reconfigure("hello"), "ServerFaultCode", "InvalidRequest", "\"hello\"");
  }

  @Test
  void unknown_type() throws Exception {
    assertFault(
        reconfigure("<extraConfig xsi:type=\"Teapot\"><key>k</key></extraConfig>"),
        "ServerFaultCode",
        "InvalidRequest",
        "Unknown type \"Teapot\"");
  }

  @Test
  void unknown_type_in_any() throws Exception {
    assertFault(
        reconfigure("<extraConfig><key>k</key><value xsi:type=\"ArrayOf\"/></extraConfig>"),
        "ServerFaultCode",
        "InvalidRequest",
        "Unknown type \"ArrayOf\"");
  }

  @Test
  void unknown_type_with_a_prefix_that_is_not_declared() throws Exception {
    assertFault(
        reconfigure("<extraConfig xsi:type=\"q:Teapot\"><key>k</key></extraConfig>"),
        "ServerFaultCode",
        "InvalidRequest",
        "Unknown type \"Teapot\"");
  }

  @Test
  void type_that_does_not_extend_the_declared_one() throws Exception {
    assertFault(
        reconfigure("<extraConfig xsi:type=\"VirtualDisk\"><key>1</key></extraConfig>"),
        "ServerFaultCode",
        "InvalidRequest",
        "The type VirtualDisk does not extend OptionValue");
  }

  @Test
  void unknown_enum_value() throws Exception {
    assertFault(
        reconfigure(
            "<deviceChange><operation>explode</operation>"
                + "<device xsi:type=\"VirtualDisk\"><key>1</key></device></deviceChange>"),
        "ServerFaultCode",
        "InvalidRequest",
        "The value \"explode\" of \"operation\" is not one of VirtualDeviceConfigSpecOperation");
  }

  @Test
  void number_out_of_range() throws Exception {
    assertFault(
        reconfigure("<numCPUs>2147483648</numCPUs>"),
        "ServerFaultCode",
        "InvalidRequest",
        "The value \"2147483648\" of \"numCPUs\" is not a valid int");
  }

  @Test
  void element_inside_a_text() throws Exception {
    assertFault(
        reconfigure("<name><b>x</b></name>"),
        "ServerFaultCode",
        "InvalidRequest",
        "Unexpected element tag \"b\" seen");
  }

  @Test
  void request_that_is_too_large() throws Exception {
    String comment = "<!--" + "x".repeat(6 << 20) + "-->";
    assertFault(
        reconfigure(comment.repeat(3)),
        "ClientFaultCode",
        "InvalidRequest",
        "larger than 16777216 bytes");
  }

  @Test
  void text_that_is_too_long() throws Exception {
    assertFault(
        reconfigure("<annotation>" + "x".repeat(9 << 20) + "</annotation>"),
        "ClientFaultCode",
        "InvalidRequest",
        "8388608");
  }

  @Test
  void elements_that_are_nested_too_deep() throws Exception {
    assertFault(
        raw("<a>".repeat(100_000)), "ClientFaultCode", "InvalidRequest", "SOAP 1.1 Envelope");
    assertFault(
        raw(
            SoapServer.ENVELOPE
                .replace("<soapenv:Body>", "<soapenv:Header>" + "<a>".repeat(200))
                .formatted("")),
        "ClientFaultCode",
        "InvalidRequest",
        "(100)");
  }

  @Test
  void failure_inside_the_server_shows_no_stack() throws Exception {
    String fault =
        assertFault(
            server.call(
                "<RevertToCurrentSnapshot_Task xmlns=\"urn:vim25\"><_this>vm-62</_this>"
                    + "</RevertToCurrentSnapshot_Task>"),
            "ServerFaultCode",
            "SystemError",
            "the disk is on fire");
    assertThat(fault).doesNotContain("SoapServer");
  }

  @Test
  void nil_unsets_and_an_empty_object_stays() throws Exception {
    assertThat(reconfigure("<name xsi:nil=\"true\"/><flags/>").getStatus()).isEqualTo(200);
    var spec = (VirtualMachineConfigSpec) server.lastArguments.getFirst();
    assertThat(spec.name).isNull();
    assertThat(spec.flags).isNotNull();
  }

  @Test
  void any_without_a_type_is_a_string() throws Exception {
    assertThat(reconfigure("<extraConfig><key>k</key><value>7</value></extraConfig>").getStatus())
        .isEqualTo(200);
    var spec = (VirtualMachineConfigSpec) server.lastArguments.getFirst();
    assertThat(spec.extraConfig.getFirst().value).isEqualTo("7");
  }

  private MockHttpServletResponse reconfigure(String spec) throws Exception {
    return server.call(RECONFIGURE.formatted(spec));
  }

  private MockHttpServletResponse raw(String request) throws Exception {
    return server.send(request, UnaryOperator.identity());
  }

  private MockHttpServletResponse loggedIn(String request) throws Exception {
    String cookie = SoapServer.cookie(server.login());
    return server.send(request, r -> r.header("Cookie", cookie));
  }

  private static String createSnapshot(String name) {
    return "<CreateSnapshot_Task xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-62</_this>"
        + "<name>"
        + name
        + "</name><memory>false</memory><quiesce>false</quiesce></CreateSnapshot_Task>";
  }

  private static String assertFault(
      MockHttpServletResponse response, String code, String type, String text) throws Exception {
    String body = response.getContentAsString(StandardCharsets.UTF_8);
    assertThat(body)
        .contains(
            "<soapenv:Fault><faultcode>" + code + "</faultcode><faultstring>",
            "<detail><" + type + "Fault xmlns=\"urn:vim25\" xsi:type=\"" + type + "\">",
            text);
    assertThat(response.getStatus()).isEqualTo(500);
    return body;
  }
}
