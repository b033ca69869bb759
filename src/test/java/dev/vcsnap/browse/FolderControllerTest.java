package dev.vcsnap.browse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.session.HttpTicket;
import dev.vcsnap.session.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read, how clients spell what they want, and what is not there. */
class FolderControllerTest {

  private static final String VMX = "/folder/VM/VM.vmx";
  private static final String Q = "?dcPath=DC0&dsName=LocalDS_0";
  private static final String CONTENT = "displayName = \"VM\"\n";

  @TempDir static Path directory;
  private static Path root;
  private static FolderServer server;

  @BeforeAll
  static void start() throws IOException {
    root = directory.resolve("LocalDS_0");
    Files.createDirectories(root.resolve("VM"));
    Files.createDirectories(root.resolve("odd [1] & 100% <b>"));
    Files.createDirectories(root.resolve("f\u00e4hre+"));
    write("VM/VM.vmx");
    write("VM/VM_1-flat.vmdk");
    write("VM/VM.vmsd", "");
    write("odd [1] & 100% <b>/a;b=c'\"d.vmx");
    write("f\u00e4hre+/x+y.vmx");
    write(".hidden");
    Files.writeString(directory.resolve("outside"), "secret");
    Files.createSymbolicLink(root.resolve("VM/link"), directory.resolve("outside"));
    Files.createSymbolicLink(root.resolve("VM/inside"), root.resolve("VM/VM.vmx"));
    Path second = Files.createDirectory(directory.resolve("second"));
    Files.writeString(second.resolve("only-here"), CONTENT);
    server =
        new FolderServer(true, new Datastore("LocalDS_0", root), new Datastore("a+b 1", second));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void write(String name) throws IOException {
    write(name, CONTENT);
  }

  private static void write(String name, String content) throws IOException {
    Files.writeString(root.resolve(name), content);
  }

  private static void assertFound(Wire.Reply reply) {
    assertThat(reply.text()).isEqualTo(CONTENT);
    assertThat(reply.status()).isEqualTo(200);
  }

  // Who may read

  @Test
  void aStrangerIsAskedForAPassword() throws IOException {
    for (String method : List.of("GET", "HEAD")) {
      var reply = server.sendAsIs(method, VMX + Q);
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.header("WWW-Authenticate")).isEqualTo("Basic realm=\"vcsnap\"");
      assertThat(reply.all("Set-Cookie")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Basic dXNlcjp3cm9uZw==",
        "Authorization: Basic ***",
        "Authorization: Basic dXNlcg==",
        "Authorization: Bearer x",
        "Cookie: vmware_soap_session=\"0123456789012345678901234567890123456789\"",
        "Cookie: vmware_soap_session=",
        "vmware-api-session-id: 0123456789012345678901234567890123456789"
      })
  void aStrangerWithSomethingElseIsOneToo(String header) throws IOException {
    assertThat(server.sendAsIs("GET", VMX + Q, header).status()).isEqualTo(401);
  }

  @Test
  void strangersLearnNothingAboutWhatThereIs() throws IOException {
    assertThat(server.sendAsIs("GET", "/folder/missing" + Q).status()).isEqualTo(401);
    assertThat(server.sendAsIs("GET", "/folder/VM?dcPath=DC0&dsName=none").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @Rule(
      value = "E6",
      says = "Files of a datastore are read with the session's cookie, in every client's spelling.",
      by = Witness.CLIENT)
  @ValueSource(
      strings = {
        "Cookie: vmware_soap_session=\"ID\"",
        "Cookie: vmware_soap_session=ID",
        "Cookie: vmware_soap_session=\"ID\"; Path=/; HttpOnly; Secure;",
        "Cookie: $Version=\"1\"; vmware_soap_session=\"ID\"; $Path=/",
        "Cookie: vmware_soap_session= \"ID\"; $Path=/",
        "Cookie: other=1; vmware_soap_session=\"ID\"",
        "vmware-api-session-id: ID",
        "vmware-api-session-id: \"ID\""
      })
  void aSessionIsEnoughInEverySpelling(String header) throws IOException {
    Session session = server.login();
    var reply = server.sendAsIs("GET", VMX + Q, header.replace("ID", session.id()));
    assertFound(reply);
    assertThat(reply.all("Set-Cookie")).isEmpty();
    server.sessions.end(session);
    assertThat(server.sendAsIs("GET", VMX + Q, header.replace("ID", session.id())).status())
        .isEqualTo(401);
  }

  @Test
  @Rule(
      value = "E6",
      says = "Who may not browse a datastore gets none of its files.",
      by = Witness.ASSUMED)
  void whoMayNotBrowseTheDatastoreIsRefused() throws IOException {
    String viewer = "Authorization: " + Wire.basic("viewer", "pass");
    var reply = server.sendAsIs("GET", VMX + Q, viewer);
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.text()).contains("Datastore.Browse");
    assertThat(server.sendAsIs("GET", "/folder/missing" + Q, viewer).status()).isEqualTo(403);
  }

  @Test
  void aTicketIsGoodForItsOwnRequestOnceAndForAShortWhile() throws IOException {
    Session session = server.login();
    String url = "https://esx.example" + VMX + Q;
    assertFound(server.sendAsIs("GET", VMX + Q, ticket(session, "httpGet", url)));
    String header = ticket(session, null, url);
    assertFound(server.sendAsIs("GET", VMX + Q, header));
    assertThat(server.sendAsIs("GET", VMX + Q, header).status()).isEqualTo(401);
    assertThat(server.sendAsIs("GET", "/folder/VM" + Q, ticket(session, "httpGet", url)).status())
        .isEqualTo(401);
    assertThat(server.sendAsIs("GET", VMX + Q, ticket(session, "httpHead", url)).status())
        .isEqualTo(401);
    String late = ticket(session, "httpGet", url);
    server.clock.advance(Duration.ofMinutes(3));
    assertThat(server.sendAsIs("GET", VMX + Q, late).status()).isEqualTo(401);
  }

  private static String ticket(Session session, String method, String url) {
    String purpose = HttpTicket.purpose(method, url).orElseThrow();
    return "Cookie: vmware_cgi_ticket="
        + server.tickets.issue(session, purpose, Duration.ofMinutes(2));
  }

  @Test
  void aPasswordOnAHeadGivesACookieThatAloneIsEnough() throws IOException {
    var head = server.send("HEAD", "/folder/VM/VM%5f1-flat.vmdk" + Q);
    assertThat(head.status()).isEqualTo(200);
    String line = head.header("Set-Cookie");
    assertThat(line).matches("vmware_soap_session=\"[0-9a-f]{40}\"; Path=/; HttpOnly;");
    // virt-v2v sends back what stands before the first semicolon.
    String cookie = line.substring(0, line.indexOf(';'));
    assertFound(server.sendAsIs("GET", VMX + Q, "Cookie: " + cookie));
  }

  @Test
  void aPasswordWithEveryRequestOpensOneSessionPerUser() throws IOException {
    String first = server.get(VMX + Q).header("Set-Cookie");
    int before = server.sessions.all().size();
    for (int i = 0; i < 20; i++) {
      assertThat(server.get(VMX + Q).header("Set-Cookie")).isEqualTo(first);
    }
    assertThat(server.sessions.all()).hasSize(before);
    String other = "Authorization: " + Wire.basic("other", "p:\u00e4ss");
    var reply = server.sendAsIs("GET", VMX + Q, other);
    assertFound(reply);
    assertThat(reply.header("Set-Cookie")).isNotEqualTo(first);
  }

  @Test
  void aPasswordIsGoodAfterItsSessionEnded() throws IOException {
    String first = server.get(VMX + Q).header("Set-Cookie");
    server.clock.advance(Duration.ofMinutes(31));
    var reply = server.get(VMX + Q);
    assertFound(reply);
    assertThat(reply.header("Set-Cookie")).isNotEqualTo(first);
    server.sessions.all().forEach(server.sessions::end);
    assertFound(server.get(VMX + Q));
  }

  @Test
  void aPasswordIsGoodBesideADeadCookie() throws IOException {
    var reply = server.get(VMX + Q, "Cookie: vmware_soap_session=\"gone\"");
    assertFound(reply);
    assertThat(reply.header("Set-Cookie")).isNotNull();
  }

  // Spellings

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?dcPath=DC0&dsName=LocalDS_0",
        "?dsName=LocalDS_0&dcPath=DC0",
        "?dcPath=/DC0&dsName=LocalDS_0",
        "?dcPath=%2FDC0&dsName=LocalDS_0",
        "?dcPath=%252fDC0&dsName=LocalDS%255f0",
        "?dcPath=DC0&dsName=LocalDS%5f0",
        "?dcName=DC0&dsName=LocalDS_0",
        "?dcPath=ha-datacenter&dsName=LocalDS_0",
        "?dcPath=ha%2ddatacenter&dsName=LocalDS_0",
        "?dcPath=DC0&dsName=LocalDS_0&vmPath=x&empty&=",
        "?dsName=LocalDS_0"
      })
  void placesAreFoundInEverySpelling(String query) throws IOException {
    assertFound(server.get(VMX + query));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%2Bb%201", "a%2Bb+1", "a+b%201", "a%252Bb%25201", "a%252Bb%2B1"})
  void aPlusIsABlankOrAPlusAsTheNameNeedsIt(String name) throws IOException {
    assertFound(server.get("/folder/only-here?dcPath=DC0&dsName=" + name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?dcPath=DC1&dsName=LocalDS_0",
        "?dcPath=folder/DC0&dsName=LocalDS_0",
        "?dcPath=DC0/vm&dsName=LocalDS_0",
        "?dcPath=DC0&dsName=LocalDS_1",
        "?dcPath=DC0&dsName=localds_0",
        "?dcPath=DC0&dsName=%00",
        "?dcPath=%25%2&dsName=%zz",
        "?dcPath=DC0",
        ""
      })
  void placesThatThereAreNotAreNotFound(String query) throws IOException {
    assertThat(server.get(VMX + query).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/folder/VM/VM.vmx",
        "/folder/VM%2FVM.vmx",
        "/folder/VM%2fVM%2evmx",
        "/folder/%56M/VM.vmx",
        "/folder//VM//VM.vmx",
        "/folder/./VM/./VM.vmx",
        "/folder/VM/../VM/VM.vmx",
        "/folder/VM/inside",
        "/folder/VM/VM_1-flat.vmdk",
        "/folder/VM/VM%5f1-flat.vmdk",
        "/folder/odd%20[1]%20&%20100%25%20%3Cb%3E/a;b=c'%22d.vmx",
        "/folder/odd%20%5B1%5D%20%26%20100%25%20%3Cb%3E/a%3Bb%3Dc%27%22d.vmx",
        "/folder/odd%20%5B1%5D%20%26%20100%25%20%3Cb%3E%2Fa%3Bb%3Dc%27%22d.vmx",
        "/folder/f%C3%A4hre+/x+y.vmx",
        "/folder/f%C3%A4hre%2B%2Fx%2by.vmx",
        "/folder/.hidden"
      })
  void filesAreFoundInEverySpelling(String path) throws IOException {
    assertFound(server.get(path + Q));
    var head = server.send("HEAD", path + Q);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo("" + CONTENT.length());
  }

  @Test
  void theRequestTypeThatXenOrchestraSendsDoesNotMatter() throws IOException {
    assertFound(server.get(VMX + Q, "content-type: multipart/byteranges"));
  }

  // What is not there

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/folder/VM/VM-000001.vmdk",
        "/folder/VM/vm.vmx",
        "/folder/VM/VM.vmx/below",
        "/folder/none/",
        "/folder/../LocalDS_0/VM/VM.vmx",
        "/folder/..%2foutside",
        "/folder/VM/..%2f..%2f..%2foutside",
        "/folder/%2e%2e/outside",
        "/folder/%2e%2e%2foutside",
        "/folder/VM/%2e%2e/%2e%2e/outside",
        "/folder/%252e%252e%252foutside",
        "/folder/%2Fetc%2Fpasswd",
        "/folder/VM/link",
        "/folder/.vcsnap-uuid",
        "/folder/VM/..%2F.vcsnap-uuid",
        "/folder/%2evcsnap-uuid"
      })
  void missingFilesAndForbiddenOnesAreNotFound(String path) throws IOException {
    for (String method : List.of("GET", "HEAD")) {
      var reply = server.send(method, path + Q);
      assertThat(reply.status()).as(method).isEqualTo(404);
      assertThat(reply.text()).doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/folder/VM%00.vmx",
        "/folder/%zz",
        "/folder/VM/%c3%28",
        "/folder/..\\outside",
        "/folder/%5c..%5coutside",
        "/folder/../../outside",
        "/folder/%2e%2e/%2e%2e/%2e%2e/outside"
      })
  void whatTheWebServerTakesForAnAttackIsRefused(String path) throws IOException {
    var reply = server.get(path + Q);
    assertThat(reply.status()).isIn(400, 404);
    assertThat(reply.text()).doesNotContain("secret");
  }

  @Test
  void aNameThatIsTooLongIsNotFound() throws IOException {
    assertThat(server.get("/folder/" + "x".repeat(300) + Q).status()).isEqualTo(404);
    assertThat(server.get("/folder/" + "x/".repeat(2500) + Q).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH"})
  void writingIsNotAllowed(String method) throws IOException {
    var reply = server.send(method, VMX + Q, "Content-Length: 0");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).contains("GET", "HEAD");
    assertThat(Files.readString(root.resolve("VM/VM.vmx"))).isEqualTo(CONTENT);
  }

  // Folders

  @ParameterizedTest
  @ValueSource(strings = {"/folder/VM", "/folder/VM/", "/folder/%56M%2F"})
  void aFolderIsAPageOfLinks(String path) throws IOException {
    var reply = server.get(path + Q);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
    assertThat(reply.text())
        .contains("<title>Index of VM on datastore LocalDS_0 in datacenter DC0</title>")
        .contains(
            "<a href=\"/folder?dcPath=DC0&amp;dsName=LocalDS_0\">Parent Directory</a></td><td><")
        .contains(
            "<a href=\"/folder/VM/VM.vmx?dcPath=DC0&amp;dsName=LocalDS_0\">VM.vmx</a></td><td ")
        .contains("<td align=\"right\">" + CONTENT.length() + "</td>")
        .doesNotContain("VM/link");
    var head = server.send("HEAD", path + Q);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo("" + reply.body().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/folder", "/folder/", "/folder/VM/.."})
  void theRootHasNothingAboveItAndHidesTheServersOwnFiles(String path) throws IOException {
    String page = server.get(path + Q).text();
    assertThat(page)
        .contains("\">VM/</a></td><td ")
        .contains("\">.hidden</a></td><td ")
        .doesNotContain("Parent Directory")
        .doesNotContain("vcsnap-uuid");
  }

  @Test
  void everyLinkOfAPageLeadsSomewhere() throws IOException {
    var pattern = java.util.regex.Pattern.compile("href=\"([^\"]*)\"");
    for (String folder :
        List.of("", "/VM", "/f%C3%A4hre%2B", "/odd%20%5B1%5D%20&%20100%25%20<b>")) {
      var links =
          pattern.matcher(server.get("/folder" + folder.replace("<b>", "%3Cb%3E") + Q).text());
      int count = 0;
      while (links.find()) {
        String link = links.group(1).replace("&amp;", "&");
        assertThat(link).matches("[!-~]*");
        assertThat(server.get(link).status()).as(link).isEqualTo(200);
        count++;
      }
      assertThat(count).as(folder).isGreaterThan(1);
    }
  }

  @Test
  void namesCannotBreakOutOfThePage() throws IOException {
    String page = server.get("/folder/odd%20[1]%20&%20100%25%20%3Cb%3E" + Q).text();
    assertThat(page)
        .doesNotContain("<b>")
        .contains("&lt;b&gt;")
        .contains(">a;b=c&#39;&quot;d.vmx</a>");
  }

  @Test
  void aFolderIsLeftOutOfTheQueryOnlyWhereThereIsOneDatastore() throws IOException {
    Path alone = Files.createDirectory(directory.resolve("alone"));
    Files.write(alone.resolve("x"), CONTENT.getBytes(StandardCharsets.UTF_8));
    try (var small = new FolderServer(true, new Datastore("alone", alone))) {
      assertFound(small.get("/folder/x?dcPath=DC0"));
      assertFound(small.get("/folder/x"));
      assertThat(small.get("/folder/x?dcPath=DC9").status()).isEqualTo(404);
    }
  }
}
