package dev.vcsnap.cli.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Draws a machine's snapshot tree and its disk's chain from what the API says about them.
 *
 * @param disk the {@code VirtualDisk}
 * @param snapshot the property {@code snapshot}, missing when there is none
 * @param layoutEx the property {@code layoutEx}
 */
record Drawing(JsonNode disk, JsonNode snapshot, JsonNode layoutEx) {

  private static final String HERE = "you are here";

  /** The lines, snapshots first. */
  List<String> lines(Glyphs glyphs, boolean guestWrites) {
    List<String> lines = new ArrayList<>();
    String label = "snapshots:  ";
    for (String line : snapshots(glyphs)) {
      lines.add(label + line);
      label = " ".repeat(label.length());
    }
    lines.add("chain:      " + chain(glyphs) + (guestWrites ? "  (the guest writes here)" : ""));
    return lines;
  }

  private List<String> snapshots(Glyphs glyphs) {
    List<String> lines = new ArrayList<>();
    String current = snapshot.path("currentSnapshot").path("value").asString("");
    for (JsonNode root : snapshot.path("rootSnapshotList").values()) {
      lines.addAll(tree(root, current, glyphs));
    }
    return lines.isEmpty() ? List.of("none") : lines;
  }

  /** A snapshot and, to its right, what hangs from it: other snapshots and the running point. */
  private static List<String> tree(JsonNode node, String current, Glyphs glyphs) {
    List<List<String>> branches = new ArrayList<>();
    for (JsonNode child : node.path("childSnapshotList").values()) {
      branches.add(tree(child, current, glyphs));
    }
    if (node.path("snapshot").path("value").asString("").equals(current)) {
      branches.add(List.of(HERE));
    }
    String name = node.path("name").asString("?");
    if (branches.isEmpty()) {
      return List.of(name);
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      boolean last = i == branches.size() - 1;
      String margin = i == 0 ? name : " ".repeat(name.length());
      String joint =
          i == 0
              ? (last ? glyphs.line() : glyphs.first())
              : (last ? glyphs.last() : glyphs.middle());
      for (String line : branches.get(i)) {
        lines.add(margin + joint + line);
        margin = " ".repeat(name.length());
        joint = last ? " ".repeat(joint.length()) : glyphs.past();
      }
    }
    return lines;
  }

  /** The base disk first; each link with the size of its files. */
  private String chain(Glyphs glyphs) {
    Map<String, Long> sizes = linkSizes();
    List<String> links = new ArrayList<>();
    for (JsonNode link = disk.path("backing"); link.isObject(); link = link.path("parent")) {
      String file = link.path("fileName").asString("?");
      Long size = sizes.get(file);
      links.addFirst(
          file.substring(file.lastIndexOf('/') + 1)
              + " ["
              + (size == null ? "?" : Quantity.bytes(size))
              + "]");
    }
    return String.join(glyphs.parent(), links);
  }

  /** Bytes on the datastore by descriptor: a link is a unit of {@code layoutEx.disk.chain}. */
  private Map<String, Long> linkSizes() {
    Map<Integer, JsonNode> files = new HashMap<>();
    for (JsonNode file : layoutEx.path("file").values()) {
      files.put(file.path("key").asInt(-1), file);
    }
    Map<String, Long> sizes = new HashMap<>();
    for (JsonNode layout : layoutEx.path("disk").values()) {
      for (JsonNode unit : layout.path("chain").values()) {
        long bytes = 0;
        String descriptor = "";
        for (JsonNode key : unit.path("fileKey").values()) {
          JsonNode file = files.get(key.asInt(-1));
          if (file != null) {
            descriptor = descriptor.isEmpty() ? file.path("name").asString("") : descriptor;
            // What is allocated: a thin file's size is that of the whole disk.
            bytes += file.path("uniqueSize").asLong(file.path("size").asLong(0));
          }
        }
        sizes.put(descriptor, bytes);
      }
    }
    return sizes;
  }
}
