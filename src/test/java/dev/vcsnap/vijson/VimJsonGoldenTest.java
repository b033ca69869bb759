package dev.vcsnap.vijson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.QuiesceDatastoreIOForHAFailed;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.TaskReasonUser;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class VimJsonGoldenTest {

  private static final TypeRef ANY = new TypeRef(Kind.ANY, "anyType", false);
  private static final ManagedObjectReference VM =
      new ManagedObjectReference("VirtualMachine", "vm-62");

  private final VimJson json = new VimJson();

  @Test
  void aFinishedTask() {
    var info = new TaskInfo();
    info.key = "task-42";
    info.task = new ManagedObjectReference("Task", "task-42");
    info.name = "CreateSnapshot_Task";
    info.descriptionId = "VirtualMachine.createSnapshot";
    info.entity = VM;
    info.entityName = "DC0_H0_VM0";
    info.state = TaskInfoState.success;
    info.result = new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-101");
    info.progress = 100;
    var reason = new TaskReasonUser();
    reason.userName = "VSPHERE.LOCAL\\Administrator";
    info.reason = reason;
    info.queueTime = Instant.parse("2026-11-24T10:00:00Z");
    info.startTime = Instant.parse("2026-11-24T10:00:00.123456789Z");
    info.completeTime = Instant.parse("2026-11-24T10:00:01.5Z");
    info.eventChainId = 42;

    assertThat(encode(data("TaskInfo"), info))
        .isEqualTo(
            golden(
                """
                {"_typeName":"TaskInfo","key":"task-42",
                 "task":{"_typeName":"ManagedObjectReference","type":"Task","value":"task-42"},
                 "name":"CreateSnapshot_Task","descriptionId":"VirtualMachine.createSnapshot",
                 "entity":{"_typeName":"ManagedObjectReference","type":"VirtualMachine","value":"vm-62"},
                 "entityName":"DC0_H0_VM0","state":"success","cancelled":false,"cancelable":false,
                 "result":{"_typeName":"ManagedObjectReference","type":"VirtualMachineSnapshot","value":"snapshot-101"},
                 "progress":100,
                 "reason":{"_typeName":"TaskReasonUser","userName":"VSPHERE.LOCAL\\\\Administrator"},
                 "queueTime":"2026-11-24T10:00:00Z","startTime":"2026-11-24T10:00:00.123456Z",
                 "completeTime":"2026-11-24T10:00:01.500Z","eventChainId":42}\
                """));
  }

  @Test
  void aFailedTaskKeepsTheTypeOfItsFault() {
    var info = new TaskInfo();
    info.key = "task-7";
    info.task = new ManagedObjectReference("Task", "task-7");
    info.descriptionId = "VirtualMachine.createSnapshot";
    info.state = TaskInfoState.error;
    info.error = Faults.taskInProgress(new ManagedObjectReference("Task", "task-6")).localized();
    info.queueTime = Instant.EPOCH;

    assertThat(encode(data("TaskInfo"), info))
        .contains(
            "\"error\":{\"_typeName\":\"LocalizedMethodFault\",\"fault\":{\"_typeName\":\"TaskInProgress\","
                + "\"task\":{\"_typeName\":\"ManagedObjectReference\",\"type\":\"Task\",\"value\":\"task-6\"}},\"localizedMessage\":\"Another"
                + " task is already in progress.\"}");
  }

  @Test
  void aSnapshotTree() {
    VirtualMachineSnapshotTree child = tree(2, "child");
    VirtualMachineSnapshotTree root = tree(1, "root");
    root.childSnapshotList = List.of(child);
    var info = new VirtualMachineSnapshotInfo();
    info.currentSnapshot = child.snapshot;
    info.rootSnapshotList = List.of(root);

    assertThat(encode(data("VirtualMachineSnapshotInfo"), info))
        .isEqualTo(
            golden(
                """
                {"_typeName":"VirtualMachineSnapshotInfo",
                 "currentSnapshot":{"_typeName":"ManagedObjectReference","type":"VirtualMachineSnapshot","value":"snapshot-2"},
                 "rootSnapshotList":[
                  {"_typeName":"VirtualMachineSnapshotTree",
                   "snapshot":{"_typeName":"ManagedObjectReference","type":"VirtualMachineSnapshot","value":"snapshot-1"},
                   "vm":{"_typeName":"ManagedObjectReference","type":"VirtualMachine","value":"vm-62"},
                   "name":"root","description":"","id":1,"createTime":"2026-11-24T10:00:00Z",
                   "state":"poweredOn","quiesced":true,
                   "childSnapshotList":[
                    {"_typeName":"VirtualMachineSnapshotTree",
                     "snapshot":{"_typeName":"ManagedObjectReference","type":"VirtualMachineSnapshot","value":"snapshot-2"},
                     "vm":{"_typeName":"ManagedObjectReference","type":"VirtualMachine","value":"vm-62"},
                     "name":"child","description":"","id":2,"createTime":"2026-11-24T10:00:00Z",
                     "state":"poweredOn","quiesced":true,"replaySupported":false}],
                   "replaySupported":false}]}\
                """));
  }

  @Test
  void aPropertyThatIsAnArrayHasNoWrapper() {
    TypeRef machines = new TypeRef(Kind.REFERENCE, "VirtualMachine", true);

    assertThat(encode(machines, List.of(VM)))
        .isEqualTo(
            "[{\"_typeName\":\"ManagedObjectReference\",\"type\":\"VirtualMachine\",\"value\":\"vm-62\"}]");
    assertThat(encode(machines, List.of())).isEqualTo("[]");
    assertThat(encode(new TypeRef(Kind.STRING, "string", false), "DC0_H0_VM0"))
        .isEqualTo("\"DC0_H0_VM0\"");
  }

  @Test
  void aPrimitiveOfAnyTypeCarriesItsName() {
    assertThat(encode(ANY, "x")).isEqualTo("{\"_typeName\":\"string\",\"_value\":\"x\"}");
    assertThat(encode(ANY, true)).isEqualTo("{\"_typeName\":\"boolean\",\"_value\":true}");
    assertThat(encode(ANY, (byte) -1)).isEqualTo("{\"_typeName\":\"byte\",\"_value\":-1}");
    assertThat(encode(ANY, (short) 2)).isEqualTo("{\"_typeName\":\"short\",\"_value\":2}");
    assertThat(encode(ANY, 3)).isEqualTo("{\"_typeName\":\"int\",\"_value\":3}");
    assertThat(encode(ANY, 1L << 40))
        .isEqualTo("{\"_typeName\":\"long\",\"_value\":1099511627776}");
    assertThat(encode(ANY, 0.5f)).isEqualTo("{\"_typeName\":\"float\",\"_value\":0.5}");
    assertThat(encode(ANY, 0.25)).isEqualTo("{\"_typeName\":\"double\",\"_value\":0.25}");
    assertThat(encode(ANY, Instant.EPOCH))
        .isEqualTo("{\"_typeName\":\"dateTime\",\"_value\":\"1970-01-01T00:00:00Z\"}");
    assertThat(encode(ANY, new byte[] {1, 2}))
        .isEqualTo("{\"_typeName\":\"binary\",\"_value\":\"AQI=\"}");
    assertThat(encode(ANY, VirtualMachinePowerState.poweredOff))
        .isEqualTo("{\"_typeName\":\"VirtualMachinePowerState\",\"_value\":\"poweredOff\"}");
  }

  @Test
  void anArrayOfAnyTypeCarriesItsName() {
    var option = new OptionValue();
    option.key = "ctkEnabled";
    option.value = "TRUE";

    assertThat(encode(ANY, new ArrayOf(data("OptionValue"), List.of(option))))
        .isEqualTo(
            "{\"_typeName\":\"ArrayOfOptionValue\",\"_value\":[{\"_typeName\":\"OptionValue\","
                + "\"key\":\"ctkEnabled\",\"value\":{\"_typeName\":\"string\",\"_value\":\"TRUE\"}}]}");
    assertThat(encode(ANY, new ArrayOf(new TypeRef(Kind.STRING, "string", false), List.of())))
        .isEqualTo("{\"_typeName\":\"ArrayOfString\",\"_value\":[]}");
    assertThat(encode(ANY, new ArrayOf(new TypeRef(Kind.REFERENCE, "Task", false), List.of())))
        .isEqualTo("{\"_typeName\":\"ArrayOfManagedObjectReference\",\"_value\":[]}");
  }

  @Test
  void aFaultCarriesItsTextBesideItsMembers() {
    assertThat(text(json.encodeFault(Faults.invalidArgument("startOffset"), Release.NEWEST)))
        .isEqualTo(
            "{\"_typeName\":\"InvalidArgument\","
                + "\"faultstring\":\"A specified parameter was not correct: startOffset\","
                + "\"invalidProperty\":\"startOffset\"}");
  }

  @Test
  void aTypeThatTheReleaseDoesNotKnowShowsAsItsAncestor() {
    var fault = new QuiesceDatastoreIOForHAFailed();
    fault.hostName = "h";
    fault.dsName = "d";

    assertThat(encodeAt("4.1", ANY, fault)).isEqualTo("{\"_typeName\":\"ResourceInUse\"}");
    assertThat(encodeAt("8.0.3.0", ANY, fault))
        .startsWith("{\"_typeName\":\"QuiesceDatastoreIOForHAFailed\"");
    assertThat(encodeAt("2.0", ANY, new InvalidState()))
        .isEqualTo("{\"_typeName\":\"InvalidState\"}");
  }

  private static VirtualMachineSnapshotTree tree(int id, String name) {
    var tree = new VirtualMachineSnapshotTree();
    tree.snapshot = new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-" + id);
    tree.vm = VM;
    tree.name = name;
    tree.description = "";
    tree.id = id;
    tree.createTime = Instant.parse("2026-11-24T10:00:00Z");
    tree.state = VirtualMachinePowerState.poweredOn;
    tree.quiesced = true;
    tree.replaySupported = false;
    return tree;
  }

  private String encode(TypeRef type, Object value) {
    return text(json.encode(type, value, Release.NEWEST));
  }

  private String encodeAt(String release, TypeRef type, Object value) {
    return text(json.encode(type, value, Release.parse(release)));
  }

  private static String golden(String text) {
    return JsonMapper.shared().readTree(text).toString();
  }

  private static TypeRef data(String name) {
    return new TypeRef(Kind.DATA, name, false);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
