package dev.vcsnap.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.server.ChangedAreaClient.Area;
import dev.vcsnap.server.ChangedAreaClient.Question;
import dev.vcsnap.server.ChangedAreaClient.Reply;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/**
 * Base copy, changed areas and restore as backup and migration programs do them, each with its own
 * loop, over SOAP: what is restored is the snapshot, byte for byte.
 */
class ChangedAreaLoopsTest {

  private static final int CAPACITY = (3 << 20) + 3 * 512;
  private static final Pattern FILE_FAULT =
      Pattern.compile("<FileFaultFault .*<message>[^<]+</message>.*<file>(/vmfs/volumes/[^<]+)<");

  /** A server, with how many areas it puts into one reply. */
  private record Source(int areasOfReply, WholeServer server) {}

  /** Two moments of a disk, and the copy of the older one, which all clients made alike. */
  private record Backup(
      ChangedAreaDisk disk, String since, int uid, byte[] snapshot, byte[] copy) {}

  @TempDir static Path directory;

  private static final List<Source> SOURCES = new ArrayList<>();

  /** The present case's; the cases of one scene come together. */
  private static final Map<String, Backup> LAST = new HashMap<>();

  private static final long SEED = new Random().nextLong();

  @BeforeAll
  static void start() throws Exception {
    System.out.println("ChangedAreaLoopsTest: seed " + SEED);
    for (int areas : new int[] {2000, 3}) {
      var server =
          new WholeServer(
              directory.resolve("areas" + areas),
              "--vcsnap.machines=" + (4 + 2 * ChangedAreaScene.values().length),
              "--vcsnap.change-extents-max=" + areas,
              "--vcsnap.change-slice=" + (areas == 3 ? "256KB" : "2TB"));
      server.call(
          "SessionManager/SessionManager", "Login", "{'userName': 'user', 'password': 'pass'}");
      SOURCES.add(new Source(areas, server));
    }
  }

  @AfterAll
  static void stop() {
    SOURCES.forEach(source -> source.server().close());
  }

  static Stream<Arguments> cases() {
    return Stream.of(2000, 3)
        .flatMap(areas ->
            Arrays.stream(ChangedAreaScene.values())
                .flatMap(scene ->
                    Stream.of(true, false)
                        .flatMap(thin ->
                            Arrays.stream(ChangedAreaClient.values())
                                .map(client -> Arguments.of(client, scene, thin, areas)))));
  }

  @ParameterizedTest(name = "{0}, {1}, thin {2}, {3} areas a reply")
  @MethodSource("cases")
  void what_is_restored_is_the_snapshot(
      ChangedAreaClient client, ChangedAreaScene scene, boolean thin, int areas) throws Exception {
    Backup backup = backup(scene, thin, areas);
    WholeServer server = server(areas);
    byte[] restored = Arrays.copyOf(backup.copy(), backup.snapshot().length);
    Question question = question(server, backup.disk(), backup.uid());
    List<Area> changed;
    try {
      changed = client.changed(question, backup.since(), restored.length);
      assertThat(scene.beginsAnew()).as("the change id is good").isFalse();
    } catch (FileFaultAnswer fault) {
      // Bareos goes on with a full copy at this fault and at no other; so does who reads our pages.
      assertThat(scene.beginsAnew()).as(fault.getMessage()).isTrue();
      changed = client.first(question, restored.length);
      Arrays.fill(restored, (byte) 0);
    } catch (ChangedAreaClient.NeedsOneReply tooMany) {
      Assumptions.abort("asks for the first reply only, and " + areas + " areas are too few");
      return;
    }
    for (Area area : changed) {
      System.arraycopy(
          backup.snapshot(), (int) area.start(), restored, (int) area.start(), (int) area.length());
    }
    assertThat(Arrays.mismatch(restored, backup.snapshot())).as("first wrong byte").isEqualTo(-1);
    if (scene == ChangedAreaScene.NO_CHANGE) {
      assertThat(changed).isEmpty();
    }
  }

  private static WholeServer server(int areas) {
    return SOURCES.stream()
        .filter(source -> source.areasOfReply() == areas)
        .findFirst()
        .orElseThrow()
        .server();
  }

  private static Backup backup(ChangedAreaScene scene, boolean thin, int areas) throws Exception {
    String key = scene + "/" + thin + "/" + areas;
    Backup made = LAST.get(key);
    if (made == null) {
      made = make(scene, thin, server(areas));
      LAST.clear();
      LAST.put(key, made);
    }
    return made;
  }

  private static Backup make(ChangedAreaScene scene, boolean thin, WholeServer server)
      throws Exception {
    String machine = (thin ? "DC0_C0_RP0_VM" : "DC0_H0_VM") + (2 + scene.ordinal());
    var disk = new ChangedAreaDisk(server, machine, CAPACITY, thin, SEED + scene.ordinal());
    for (int block = 0; block < 46; block += 1 + block % 5) {
      disk.write(block * ChangedAreaScene.BLOCK + 1000, 5000);
    }
    int base = disk.snapshot("base");
    byte[] content = disk.content(base);
    for (ChangedAreaClient client : ChangedAreaClient.values()) {
      byte[] copy = new byte[content.length];
      for (Area area : client.first(question(server, disk, base), content.length)) {
        System.arraycopy(
            content, (int) area.start(), copy, (int) area.start(), (int) area.length());
      }
      assertThat(Arrays.mismatch(copy, content)).as(client + "'s first copy").isEqualTo(-1);
    }
    String since = changeId(server, disk.snapshotId(base));
    scene.between(disk);
    int next = disk.snapshot("next");
    return new Backup(disk, since, next, disk.content(next), content);
  }

  private static String changeId(WholeServer server, String snapshot) throws Exception {
    String config =
        server.soapCall(
            "PropertyCollector",
            "propertyCollector",
            "RetrievePropertiesEx",
            """
            <specSet><propSet><type>VirtualMachineSnapshot</type><pathSet>config</pathSet>\
            </propSet><objectSet><obj type="VirtualMachineSnapshot">%s</obj></objectSet>\
            </specSet><options/>\
            """
                .formatted(snapshot));
    Matcher disk =
        Pattern.compile("<key>" + ChangedAreaDisk.KEY + "</key>.*?<changeId>([^<]+)<")
            .matcher(config);
    assertThat(disk.find()).as(config).isTrue();
    return disk.group(1);
  }

  private static Question question(WholeServer server, ChangedAreaDisk disk, int uid) {
    return (offset, changeId) -> {
      String reply =
          server.soapCall(
              "VirtualMachine",
              disk.machineId(),
              "QueryChangedDiskAreas",
              """
              <snapshot type="VirtualMachineSnapshot">%s</snapshot><deviceKey>%d</deviceKey>\
              <startOffset>%d</startOffset><changeId>%s</changeId>\
              """
                  .formatted(disk.snapshotId(uid), ChangedAreaDisk.KEY, offset, changeId));
      if (FILE_FAULT.matcher(reply).find()) {
        throw new FileFaultAnswer(reply);
      }
      return parse(reply);
    };
  }

  private static Reply parse(String text) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(text)));
    var answers = document.getElementsByTagName("returnval");
    assertThat(answers.getLength()).as(text).isEqualTo(1);
    Element answer = (Element) answers.item(0);
    List<Area> areas = new ArrayList<>();
    for (Node child = answer.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && element.getTagName().equals("changedArea")) {
        areas.add(new Area(number(element, "start"), number(element, "length")));
      }
    }
    return new Reply(number(answer, "startOffset"), number(answer, "length"), areas);
  }

  private static long number(Element parent, String name) {
    return Long.parseLong(parent.getElementsByTagName(name).item(0).getTextContent());
  }

  /** The fault at which a client may fall back to a full copy. */
  private static final class FileFaultAnswer extends Exception {
    FileFaultAnswer(String reply) {
      super(reply);
    }
  }
}
