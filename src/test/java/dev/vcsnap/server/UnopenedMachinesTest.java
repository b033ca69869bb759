package dev.vcsnap.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server that starts although the files of most of its machines are broken, each otherwise. */
@TestMethodOrder(OrderAnnotation.class)
class UnopenedMachinesTest {

  private static final String[] SETTINGS = {"--vcsnap.machines=9"};

  @TempDir private static Path data;
  @TempDir private static Path copies;

  private static WholeServer server;
  private static final Map<String, String> IDS = new LinkedHashMap<>();

  @BeforeAll
  static void startOnBrokenFiles() throws Exception {
    server = open();
    for (JsonNode child : server.read("Folder/group-v3", "childEntity")) {
      String id = child.get("value").stringValue();
      IDS.put(server.read("VirtualMachine/" + id, "name").stringValue(), id);
    }
    ended(
        call(
            "DC0_C0_RP0_VM2",
            "CreateSnapshot_Task",
            "{'name':'s','memory':false,'quiesce':false}"));
    server.close();
    for (String name : IDS.keySet()) {
      copy(folder(name), copies.resolve(name));
    }

    delete(folder("DC0_H0_VM0"));
    Files.writeString(file("DC0_H0_VM1", ".vmx"), "no = \"end of the quotes\nat all");
    Files.writeString(file("DC0_C0_RP0_VM0", ".vmsd"), "snapshot.numSnapshots = \"7\"\nhalf");
    Files.delete(file("DC0_C0_RP0_VM1", "-flat.vmdk"));
    Files.writeString(file("DC0_H0_VM2", ".vmdk"), "not a disk");
    Files.delete(file("DC0_C0_RP0_VM2", "-Snapshot1.vmsn"));
    Files.delete(file("DC0_H0_VM3", ".vmx"));
    Files.createDirectory(file("DC0_H0_VM3", ".vmx"));
    Files.delete(file("DC0_C0_RP0_VM3", ".vmdk"));
    server = open();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @Order(1)
  void each_is_shown_as_what_it_is_and_the_sound_one_is_connected() throws Exception {
    Map<String, String> states = new LinkedHashMap<>();
    for (String name : IDS.keySet()) {
      states.put(name, state(name));
      assertThat(read(name, "name").stringValue()).isEqualTo(name);
    }

    assertThat(states)
        .containsEntry("DC0_H0_VM0", "inaccessible")
        .containsEntry("DC0_H0_VM1", "invalid")
        .containsEntry("DC0_C0_RP0_VM0", "invalid")
        .containsEntry("DC0_C0_RP0_VM1", "inaccessible")
        .containsEntry("DC0_H0_VM2", "invalid")
        .containsEntry("DC0_C0_RP0_VM2", "inaccessible")
        .containsEntry("DC0_H0_VM3", "inaccessible")
        .containsEntry("DC0_C0_RP0_VM3", "inaccessible")
        .containsEntry("DC0_H0_VM4", "connected");
    assertThat(
            read("DC0_H0_VM0", "config").isMissingNode() || read("DC0_H0_VM0", "config").isEmpty())
        .isTrue();
    assertThat(read("DC0_H0_VM0", "summary").at("/config/vmPathName").stringValue())
        .isEqualTo("[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx");
  }

  @Test
  @Order(2)
  @Rule(
      value = "A20",
      says = "A machine whose configuration cannot be had is refused with InvalidState.",
      by = Witness.DOCUMENT)
  void operations_are_refused_with_InvalidState() throws Exception {
    for (String method :
        new String[] {
          "PowerOnVM_Task", "Destroy_Task", "RemoveAllSnapshots_Task", "ConsolidateVMDisks_Task"
        }) {
      assertThat(failure(call("DC0_H0_VM1", method, "{}"))).as(method).isEqualTo("InvalidState");
    }
    assertThat(
            failure(
                call(
                    "DC0_H0_VM1",
                    "CreateSnapshot_Task",
                    "{'name':'s','memory':false,'quiesce':false}")))
        .isEqualTo("InvalidState");
    assertThat(failure(call("DC0_H0_VM1", "Reload", "{}"))).isEqualTo("InvalidState");
    assertThat(ended(call("DC0_H0_VM4", "PowerOffVM_Task", "{}")).get("state").stringValue())
        .isEqualTo("success");
  }

  @Test
  @Order(3)
  void its_path_stays_its_own_until_it_is_forgotten() throws Exception {
    String again =
        "{'path':'[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx','asTemplate':false,"
            + "'pool':{'_typeName':'ManagedObjectReference','type':'ResourcePool','value':'"
            + read("DC0_H0_VM0", "resourcePool").get("value").stringValue()
            + "'}}";
    copy(copies.resolve("DC0_H0_VM0"), folder("DC0_H0_VM0"));
    assertThat(failure(server.call("Folder/group-v3", "RegisterVM_Task", again)))
        .isEqualTo("AlreadyExists");

    assertThat(call("DC0_H0_VM0", "UnregisterVM", "{}").isEmpty()).isTrue();
    JsonNode registered = ended(server.call("Folder/group-v3", "RegisterVM_Task", again));
    IDS.put("DC0_H0_VM0", registered.at("/result/value").stringValue());

    assertThat(state("DC0_H0_VM0")).isEqualTo("connected");
  }

  @Test
  @Order(4)
  void a_mended_one_comes_back_when_it_is_reloaded() throws Exception {
    Files.copy(
        copies.resolve("DC0_C0_RP0_VM1/DC0_C0_RP0_VM1-flat.vmdk"),
        file("DC0_C0_RP0_VM1", "-flat.vmdk"));

    assertThat(call("DC0_C0_RP0_VM1", "Reload", "{}").isEmpty()).isTrue();

    assertThat(state("DC0_C0_RP0_VM1")).isEqualTo("connected");
    assertThat(read("DC0_C0_RP0_VM1", "runtime").get("powerState").stringValue())
        .isEqualTo("poweredOn");
    assertThat(read("DC0_C0_RP0_VM1", "layoutEx").get("file").isEmpty()).isFalse();
  }

  @Test
  @Order(5)
  void one_can_go_on_with_the_files_of_a_copy() throws Exception {
    copy(copies.resolve("DC0_H0_VM2"), folder("restored"));
    String path = "{'configurationPath':'[LocalDS_0] restored/DC0_H0_VM2.vmx'}";

    ended(call("DC0_H0_VM2", "reloadVirtualMachineFromPath_Task", path));
    assertThat(failure(call("DC0_H0_VM1", "reloadVirtualMachineFromPath_Task", path)))
        .isEqualTo("AlreadyExists");

    assertThat(state("DC0_H0_VM2")).isEqualTo("connected");
    assertThat(read("DC0_H0_VM2", "config").at("/files/vmPathName").stringValue())
        .isEqualTo("[LocalDS_0] restored/DC0_H0_VM2.vmx");
  }

  @Test
  @Order(6)
  void a_mended_one_comes_back_at_the_next_start() throws Exception {
    server.close();
    for (String name : new String[] {"DC0_H0_VM1", "DC0_C0_RP0_VM2"}) {
      delete(folder(name));
      copy(copies.resolve(name), folder(name));
    }
    server = open();

    assertThat(state("DC0_H0_VM1")).isEqualTo("connected");
    assertThat(state("DC0_C0_RP0_VM2")).isEqualTo("connected");
    assertThat(state("DC0_H0_VM2")).isEqualTo("connected");
    assertThat(state("DC0_C0_RP0_VM3")).isEqualTo("inaccessible");
  }

  private static WholeServer open() throws Exception {
    var server = new WholeServer(data, SETTINGS);
    server.call("SessionManager/SessionManager", "Login", "{'userName':'user','password':'pass'}");
    return server;
  }

  private static JsonNode call(String name, String method, String arguments) throws Exception {
    return server.call("VirtualMachine/" + IDS.get(name), method, arguments);
  }

  private static JsonNode read(String name, String property) throws Exception {
    return server.read("VirtualMachine/" + IDS.get(name), property);
  }

  private static String state(String name) throws Exception {
    return read(name, "runtime").get("connectionState").stringValue();
  }

  /** The type of what a call failed with, at once or in its task. */
  private static String failure(JsonNode reply) throws Exception {
    JsonNode direct = reply.get("_typeName");
    if (direct != null && !direct.stringValue().equals("ManagedObjectReference")) {
      return direct.stringValue();
    }
    return ended(reply).at("/error/fault/_typeName").stringValue();
  }

  private static JsonNode ended(JsonNode task) throws Exception {
    for (long deadline = System.nanoTime() + 30_000_000_000L; System.nanoTime() < deadline; ) {
      JsonNode info = server.read("Task/" + task.get("value").stringValue(), "info");
      if (!info.get("state").stringValue().matches("queued|running")) {
        return info;
      }
    }
    throw new AssertionError("The task does not end: " + task);
  }

  private static Path folder(String name) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(path -> path.endsWith("LocalDS_0")).findFirst().orElseThrow().resolve(name);
    }
  }

  private static Path file(String name, String suffix) throws IOException {
    return folder(name).resolve(name + suffix);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
