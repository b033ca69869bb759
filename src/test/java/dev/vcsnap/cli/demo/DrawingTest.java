package dev.vcsnap.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

class DrawingTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static final JsonNode DISK =
      JSON.readTree(
          """
          {"backing": {"fileName": "[ds] vm/vm-000001.vmdk",
                       "parent": {"fileName": "[ds] vm/vm.vmdk"}}}
          """);

  private static final JsonNode LAYOUT =
      JSON.readTree(
          """
          {"file": [
             {"key": 0, "name": "[ds] vm/vm.vmdk", "size": 500},
             {"key": 1, "name": "[ds] vm/vm-flat.vmdk", "size": 1073741824, "uniqueSize": 25165324},
             {"key": 2, "name": "[ds] vm/vm-000001.vmdk", "size": 400},
             {"key": 3, "name": "[ds] vm/vm-000001-sesparse.vmdk", "size": 1258291}],
           "disk": [{"key": 2000, "chain": [{"fileKey": [0, 1]}, {"fileKey": [2, 3]}]}]}
          """);

  @Test
  void showsTheChainFromTheBaseToTheRunningDiskWithWhatIsAllocated() {
    assertThat(new Drawing(DISK, MissingNode.getInstance(), LAYOUT).lines(Glyphs.UNICODE, true))
        .containsExactly(
            "snapshots:  none",
            "chain:      vm.vmdk [24 MiB] ◄── vm-000001.vmdk [1.2 MiB]  (the guest writes here)");
  }

  @Test
  void usesPlainAsciiWhereTheTerminalHasNoMore() {
    assertThat(new Drawing(DISK, snapshots(leaf("s1", 1), 1), LAYOUT).lines(Glyphs.ASCII, false))
        .containsExactly(
            "snapshots:  s1 -- you are here",
            "chain:      vm.vmdk [24 MiB] <-- vm-000001.vmdk [1.2 MiB]");
  }

  @Test
  void drawsBranchesBelowEachOther() {
    String tree = node("base", 1, leaf("a", 2) + "," + node("b", 3, leaf("c", 4)));
    assertThat(new Drawing(DISK, snapshots(tree, 4), LAYOUT).lines(Glyphs.UNICODE, false))
        .startsWith("snapshots:  base ─┬─ a", "                  └─ b ── c ── you are here");
    assertThat(new Drawing(DISK, snapshots(tree, 1), LAYOUT).lines(Glyphs.UNICODE, false))
        .startsWith(
            "snapshots:  base ─┬─ a",
            "                  ├─ b ── c",
            "                  └─ you are here");
  }

  private static JsonNode snapshots(String root, int current) {
    return JSON.readTree(
        """
        {"currentSnapshot": {"value": "snapshot-%d"}, "rootSnapshotList": [%s]}
        """
            .formatted(current, root));
  }

  private static String leaf(String name, int id) {
    return node(name, id, "");
  }

  private static String node(String name, int id, String children) {
    return """
    {"name": "%s", "snapshot": {"value": "snapshot-%d"}, "childSnapshotList": [%s]}
    """
        .formatted(name, id, children);
  }
}
