package dev.vcsnap.soap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamReader;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

/** Whatever arrives is answered with a well-formed reply or fault, never with a failure of ours. */
class SoapFuzzTest {

  private static final long SEED = 77_003;
  private static final int ROUNDS = 4_000;

  private static final List<String> REQUESTS =
      List.of(
          "<RetrieveServiceContent xmlns=\"urn:vim25\"><_this type=\"ServiceInstance\">"
              + "ServiceInstance</_this></RetrieveServiceContent>",
          "<CreateSnapshot_Task xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-62</_this>"
              + "<name>s&lt;1</name><memory>true</memory><quiesce>0</quiesce>"
              + "</CreateSnapshot_Task>",
          "<Fetch xmlns=\"urn:vim25\"><_this>vm-62</_this><prop>datastore</prop></Fetch>",
          "<RetrievePropertiesEx xmlns=\"urn:vim25\"><_this>propertyCollector</_this><specSet>"
              + "<propSet><type>VirtualMachine</type><all>false</all><pathSet>name</pathSet>"
              + "</propSet><objectSet><obj type=\"Folder\">group-d1</obj><skip>true</skip>"
              + "<selectSet xsi:type=\"TraversalSpec\"><name>t</name><type>Folder</type>"
              + "<path>childEntity</path><selectSet><name>t</name></selectSet></selectSet>"
              + "</objectSet></specSet><options><maxObjects>100</maxObjects></options>"
              + "</RetrievePropertiesEx>",
          "<ReconfigVM_Task xmlns=\"urn:vim25\"><_this>vm-62</_this><spec><numCPUs>4</numCPUs>"
              + "<memoryMB>1024</memoryMB><deviceChange><operation>add</operation><device"
              + " xsi:type=\"VirtualDisk\"><key>-1</key><backing"
              + " xsi:type=\"VirtualDiskFlatVer2BackingInfo\"><fileName>[d] a</fileName>"
              + "<diskMode>persistent</diskMode></backing><capacityInKB>1024</capacityInKB>"
              + "</device></deviceChange><extraConfig><key>k</key>"
              + "<value xsi:type=\"ArrayOfString\">"
              + "<string>a</string></value></extraConfig></spec></ReconfigVM_Task>");

  private static final List<String> SNIPPETS =
      List.of(
          "<",
          ">",
          "&",
          "]]>",
          "<![CDATA[",
          "<!--",
          "-->",
          "<?x ?>",
          "&#0;",
          "&#x10FFFF;",
          "&lt;",
          "\"",
          "'",
          "xsi:type=\"ArrayOf\"",
          " xsi:type=\"ArrayOfArrayOfInt\"",
          " xsi:nil=\"true\"",
          " xsi:type=\"ManagedEntity\"",
          " xsi:type=\":\"",
          " xsi:type=\"MethodFault\"",
          "urn:vim25",
          "<_this>vm-62</_this>",
          "99999999999999999999",
          "\uFEFF",
          "\u0000",
          "<!DOCTYPE x>",
          " xmlns=\"\"",
          " xmlns:xsi=\"x\"",
          " type=\"\"",
          "\uD83D\uDE00",
          "<dynamicProperty/>");

  private static final List<String> WORDS =
      List.of(
          "name",
          "key",
          "value",
          "spec",
          "vm-62",
          "group-d1",
          "true",
          "-1",
          "99999999999",
          "VirtualDisk",
          "VirtualMachineConfigSpec",
          "ArrayOfVirtualDevice",
          "ArrayOfAnyType",
          "ManagedObjectReference",
          "VirtualMachinePowerState",
          "SelectionSpec",
          "xsd:int",
          "xsd:dateTime",
          "2024-06-07T08:09:10Z",
          "ArrayOfManagedObjectReference",
          "dynamicType");

  private static final Pattern FAULT = Pattern.compile("<detail><(\\w+)Fault ");

  private final SoapServer server = new SoapServer();
  private final Random random = new Random(SEED);
  private final XMLInputFactory readers = XMLInputFactory.newFactory();

  @Test
  void mutated_requests_are_answered() throws Exception {
    System.out.println("seed " + SEED);
    String cookie = SoapServer.cookie(server.login());
    var outcomes = new TreeMap<String, Integer>();
    for (int i = 0; i < ROUNDS; i++) {
      String body = REQUESTS.get(random.nextInt(REQUESTS.size()));
      boolean bytes = random.nextBoolean();
      for (int n = random.nextInt(4); n >= 0 && !bytes; n--) {
        body = rearranged(body);
      }
      byte[] request = SoapServer.ENVELOPE.formatted(body).getBytes(StandardCharsets.UTF_8);
      for (int n = random.nextInt(4); n >= 0 && bytes; n--) {
        request = mutated(request);
      }
      byte[] sent = request;
      MockHttpServletResponse response = server.send(sent, r -> r.header("Cookie", cookie));
      outcomes.merge(outcome(response, sent), 1, Integer::sum);
    }
    System.out.println(ROUNDS + " requests: " + outcomes);
    assertThat(outcomes).containsKeys("200", "InvalidRequest").doesNotContainKey("SystemError");
  }

  private String outcome(MockHttpServletResponse response, byte[] sent) throws Exception {
    String request = new String(sent, StandardCharsets.UTF_8);
    XMLStreamReader reply =
        readers.createXMLStreamReader(new ByteArrayInputStream(response.getContentAsByteArray()));
    while (reply.hasNext()) {
      reply.next();
    }
    if (response.getStatus() == 200) {
      return "200";
    }
    assertThat(response.getStatus()).as(request).isEqualTo(500);
    String body = response.getContentAsString(StandardCharsets.UTF_8);
    var fault = FAULT.matcher(body);
    assertThat(fault.find()).as(request + "\n" + body).isTrue();
    assertThat(fault.group(1)).as(request + "\n" + body).isNotEqualTo("SystemError");
    return fault.group(1);
  }

  /** Stays well-formed: exchanges a name, a type, a text, or takes an element away. */
  private String rearranged(String body) {
    Pattern place =
        switch (random.nextInt(4)) {
          case 0 -> Pattern.compile("<(\\w+)>([^<]*)</\\1>");
          case 1 -> Pattern.compile("(?<=>)([^<]+)(?=</)");
          case 2 -> Pattern.compile("(?<=type=\")([^\"]*)(?=\")");
          default -> Pattern.compile("(?<=<)(\\w+)(?=>([^<]*)</\\1>)");
        };
    var matcher = place.matcher(body);
    int target = random.nextInt(5);
    for (int i = 0; matcher.find(); i++) {
      if (i == target) {
        String word = WORDS.get(random.nextInt(WORDS.size()));
        return body.substring(0, matcher.start())
            + (matcher.group().startsWith("<") ? "" : word)
            + body.substring(matcher.end()).replaceFirst("^>([^<]*)</\\w+>", ">$1</" + word + ">");
      }
    }
    return body;
  }

  private byte[] mutated(byte[] request) {
    int from = random.nextInt(request.length + 1);
    int to = Math.min(request.length, from + random.nextInt(30));
    byte[] middle =
        switch (random.nextInt(6)) {
          case 0 -> new byte[0];
          case 1 -> twice(Arrays.copyOfRange(request, from, to));
          case 2 -> SNIPPETS.get(random.nextInt(SNIPPETS.size())).getBytes(StandardCharsets.UTF_8);
          case 3 -> {
            byte[] noise = new byte[random.nextInt(4)];
            random.nextBytes(noise);
            yield noise;
          }
          case 4 -> {
            int other = random.nextInt(request.length);
            yield Arrays.copyOfRange(
                request, other, Math.min(request.length, other + random.nextInt(60)));
          }
          default -> {
            to = from;
            yield SNIPPETS.get(random.nextInt(SNIPPETS.size())).getBytes(StandardCharsets.UTF_8);
          }
        };
    byte[] result = new byte[from + middle.length + request.length - to];
    System.arraycopy(request, 0, result, 0, from);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(request, to, result, from + middle.length, request.length - to);
    return result;
  }

  private static byte[] twice(byte[] bytes) {
    byte[] doubled = Arrays.copyOf(bytes, bytes.length * 2);
    System.arraycopy(bytes, 0, doubled, bytes.length, bytes.length);
    return doubled;
  }
}
