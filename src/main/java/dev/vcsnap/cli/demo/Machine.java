package dev.vcsnap.cli.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A virtual machine with one disk at {@code scsi0:0}, as a client sees it. */
final class Machine {

  /**
   * A snapshot of the machine.
   *
   * @param reference the server's object
   * @param changeId how far the disk's changes had come
   */
  record Snapshot(Reference reference, String changeId) {}

  private static final String NODE = "scsi0:0";
  private static final Reference SEARCH = new Reference("SearchIndex", "SearchIndex");

  private final VimJsonClient vim;
  private final String name;
  private final Reference reference;

  private Machine(VimJsonClient vim, String name, Reference reference) {
    this.vim = vim;
    this.name = name;
    this.reference = reference;
  }

  /** Finds a machine in the folder of the default datacenter. */
  static Machine find(VimJsonClient vim, String name) {
    String path = "DC0/vm/" + name;
    JsonNode found = vim.call(SEARCH, "FindByInventoryPath", Map.of("inventoryPath", path));
    if (found.isMissingNode()) {
      throw new DemoFailure("The inventory has no machine '" + path + "'.");
    }
    return new Machine(vim, name, Reference.of(found));
  }

  String name() {
    return name;
  }

  String id() {
    return reference.id();
  }

  long capacityBytes() {
    return disk(reference).path("capacityInBytes").asLong(0);
  }

  /** The name of the running disk among the NBD exports. */
  String runningDisk() {
    return name + "/" + NODE;
  }

  /** The name of the disk that a snapshot froze. */
  String frozenDisk(Snapshot snapshot) {
    return name + "/" + NODE + "@" + snapshot.reference().id();
  }

  boolean hasSnapshots() {
    return !vim.read(reference, "snapshot").isMissingNode();
  }

  void setPower(boolean on) {
    boolean isOn =
        vim.read(reference, "runtime").path("powerState").asString("").equals("poweredOn");
    if (isOn != on) {
      vim.finish(reference, on ? "PowerOnVM_Task" : "PowerOffVM_Task", Map.of());
    }
  }

  /** Asks for change tracking; a machine that is on takes it up at its next snapshot. */
  void trackChanges() {
    var spec = Map.of("_typeName", "VirtualMachineConfigSpec", "changeTrackingEnabled", true);
    vim.finish(reference, "ReconfigVM_Task", Map.of("spec", spec));
  }

  Snapshot createSnapshot(String snapshotName, String description) {
    JsonNode result =
        vim.finish(
            reference,
            "CreateSnapshot_Task",
            Map.of(
                "name",
                snapshotName,
                "description",
                description,
                "memory",
                false,
                "quiesce",
                false));
    Reference snapshot = Reference.of(result);
    String changeId = disk(snapshot).path("backing").path("changeId").asString("");
    if (changeId.isEmpty()) {
      throw new DemoFailure("The disk of " + snapshot.id() + " has no change id.");
    }
    return new Snapshot(snapshot, changeId);
  }

  void remove(Snapshot snapshot) {
    vim.finish(snapshot.reference(), "RemoveSnapshot_Task", Map.of("removeChildren", false));
  }

  /** What changed from a change id up to a snapshot. */
  List<Area> changedAreas(Snapshot snapshot, String changeId) {
    JsonNode disk = disk(snapshot.reference());
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("snapshot", snapshot.reference().argument());
    arguments.put("deviceKey", disk.path("key").asInt(-1));
    arguments.put("changeId", changeId);
    return ChangedAreas.of(
        disk.path("capacityInBytes").asLong(0),
        startOffset -> {
          arguments.put("startOffset", startOffset);
          return vim.call(reference, "QueryChangedDiskAreas", arguments);
        });
  }

  /** What its disk and its snapshots look like now. */
  Drawing drawing() {
    return new Drawing(
        disk(reference), vim.read(reference, "snapshot"), vim.read(reference, "layoutEx"));
  }

  /** The disk, looked up in the configuration of the machine or of a snapshot. */
  private JsonNode disk(Reference owner) {
    Stream<JsonNode> devices =
        vim.read(owner, "config").path("hardware").path("device").valueStream();
    return devices
        .filter(device -> device.path("_typeName").asString("").equals("VirtualDisk"))
        .findFirst()
        .orElseThrow(() -> new DemoFailure("The machine " + name + " has no disk."));
  }
}
