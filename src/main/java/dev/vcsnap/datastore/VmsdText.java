package dev.vcsnap.datastore;

import dev.vcsnap.datastore.KeyValueText.Line;
import dev.vcsnap.disk.block.BlockError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of a snapshot list, {@code .vmsd}.
 *
 * <p>The form of a line is that of {@link KeyValueText}; the order of the keys that of files seen
 * on ESXi:
 *
 * <pre>
 *   .encoding, snapshot.lastUID, snapshot.current, snapshot.needConsolidate,
 *   snapshot0.uid .filename .parent .displayName .description .type .createTimeHigh .createTimeLow
 *             .numDisks .disk0.fileName .disk0.node ...,
 *   snapshot.numSnapshots, snapshot1.uid ...
 * </pre>
 *
 * <p>The number in a key is only a place in the file; {@code uid} is the identity. The two halves
 * of the time are printed as signed 32-bit numbers. {@code parent} is absent for a root; {@code
 * snapshot.current} is absent when there is none, because Xen Orchestra takes a present one without
 * snapshots for a broken file. A machine that never had a snapshot has an empty file. Keys that
 * this class does not know (caches of desktop products) are dropped.
 */
final class VmsdText {

  private static final int SNAPSHOTS_MAX = 4096;
  private static final int DISKS_MAX = 256;

  private VmsdText() {}

  /** Reads a text; an empty one is the list without snapshots. */
  static Vmsd parse(String text) {
    Map<String, String> pairs = new HashMap<>();
    for (Line line : KeyValueText.parse(text)) {
      if (line.key() != null) {
        pairs.put(KeyValueText.fold(line.key()), line.value());
      }
    }
    boolean other = pairs.keySet().stream().anyMatch(key -> !key.equals(KeyValueText.ENCODING_KEY));
    if (other && pairs.keySet().stream().noneMatch(key -> key.startsWith("snapshot"))) {
      throw new BlockError(
          BlockError.Kind.NOT_THIS_FORMAT, "Not a snapshot list: no key begins with \"snapshot\"");
    }
    int count = number(pairs, "snapshot.numsnapshots", 0);
    if (count < 0 || count > SNAPSHOTS_MAX) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "snapshot.numSnapshots is " + count + ": at most " + SNAPSHOTS_MAX + " are allowed");
    }
    try {
      List<SnapshotEntry> snapshots = new ArrayList<>();
      int highest = number(pairs, "snapshot.lastuid", 0);
      for (int slot = 0; slot < count; slot++) {
        SnapshotEntry snapshot = snapshotIn(pairs, "snapshot" + slot + ".");
        snapshots.add(snapshot);
        highest = Math.max(highest, snapshot.uid());
      }
      return new Vmsd(
          highest,
          number(pairs, "snapshot.current", 0),
          "TRUE".equalsIgnoreCase(pairs.get("snapshot.needconsolidate")),
          snapshots);
    } catch (IllegalArgumentException e) {
      throw new BlockError(
          BlockError.Kind.CORRUPT, "The snapshot list is damaged: " + e.getMessage(), e);
    }
  }

  private static SnapshotEntry snapshotIn(Map<String, String> pairs, String slot) {
    int diskCount = number(pairs, slot + "numdisks", 0);
    if (diskCount < 0 || diskCount > DISKS_MAX) {
      throw new IllegalArgumentException(
          slot + "numDisks is " + diskCount + ": at most " + DISKS_MAX + " are possible");
    }
    List<SnapshotDisk> disks = new ArrayList<>();
    for (int i = 0; i < diskCount; i++) {
      disks.add(
          new SnapshotDisk(
              required(pairs, slot + "disk" + i + ".node"),
              required(pairs, slot + "disk" + i + ".filename")));
    }
    long high = number(pairs, slot + "createtimehigh", 0);
    long low = number(pairs, slot + "createtimelow", 0);
    required(pairs, slot + "uid");
    return new SnapshotEntry(
        number(pairs, slot + "uid", 0),
        number(pairs, slot + "parent", 0),
        pairs.getOrDefault(slot + "displayname", ""),
        pairs.getOrDefault(slot + "description", ""),
        SnapshotEntry.timeOf(high << 32 | (low & 0xFFFFFFFFL)),
        pairs.getOrDefault(slot + "filename", ""),
        disks,
        number(pairs, slot + "type", 0));
  }

  private static String required(Map<String, String> pairs, String key) {
    String value = pairs.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the key \"" + key + "\" is missing");
    }
    return value;
  }

  private static int number(Map<String, String> pairs, String key, int absent) {
    String value = pairs.get(key);
    if (value == null) {
      return absent;
    }
    try {
      return Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw new BlockError(
          BlockError.Kind.CORRUPT,
          "The snapshot list is damaged: \"" + key + "\" is \"" + value + "\": expected a number",
          e);
    }
  }

  static String text(Vmsd vmsd) {
    if (vmsd.equals(Vmsd.EMPTY)) {
      return "";
    }
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put(KeyValueText.ENCODING_KEY, "UTF-8");
    pairs.put("snapshot.lastUID", Integer.toString(vmsd.lastUid()));
    if (vmsd.currentUid() != 0) {
      pairs.put("snapshot.current", Integer.toString(vmsd.currentUid()));
    }
    if (vmsd.needConsolidate()) {
      pairs.put("snapshot.needConsolidate", "TRUE");
    }
    if (vmsd.snapshots().isEmpty()) {
      pairs.put("snapshot.numSnapshots", "0");
    }
    for (int slot = 0; slot < vmsd.snapshots().size(); slot++) {
      putSnapshot(pairs, "snapshot" + slot + ".", vmsd.snapshots().get(slot));
      if (slot == 0) {
        pairs.put("snapshot.numSnapshots", Integer.toString(vmsd.snapshots().size()));
      }
    }
    return KeyValueText.text(
        pairs.entrySet().stream().map(pair -> Line.pair(pair.getKey(), pair.getValue())).toList());
  }

  private static void putSnapshot(Map<String, String> pairs, String slot, SnapshotEntry snapshot) {
    pairs.put(slot + "uid", Integer.toString(snapshot.uid()));
    pairs.put(slot + "filename", snapshot.vmsnFileName());
    if (snapshot.parent() != 0) {
      pairs.put(slot + "parent", Integer.toString(snapshot.parent()));
    }
    pairs.put(slot + "displayName", snapshot.displayName());
    if (!snapshot.description().isEmpty()) {
      pairs.put(slot + "description", snapshot.description());
    }
    if (snapshot.type() != 0) {
      pairs.put(slot + "type", Integer.toString(snapshot.type()));
    }
    long micros = snapshot.createTimeMicros();
    pairs.put(slot + "createTimeHigh", Integer.toString((int) (micros >> 32)));
    pairs.put(slot + "createTimeLow", Integer.toString((int) micros));
    pairs.put(slot + "numDisks", Integer.toString(snapshot.disks().size()));
    for (int i = 0; i < snapshot.disks().size(); i++) {
      pairs.put(slot + "disk" + i + ".fileName", snapshot.disks().get(i).fileName());
      pairs.put(slot + "disk" + i + ".node", snapshot.disks().get(i).node());
    }
  }
}
