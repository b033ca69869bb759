package dev.vcsnap.datastore;

import dev.vcsnap.datastore.KeyValueText.Line;
import dev.vcsnap.disk.block.BlockError;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What makes a disk a first class disk: the file {@code <id>.vmfd} that says its name and where its
 * descriptor is. The form is that of {@code .vmx}; VMware has published nothing of its own.
 *
 * @param id the disk's id, a UUID
 * @param name what people call it
 * @param created when it was made or registered
 * @param path the descriptor that is written now, in the datastore
 * @param keepAfterDeleteVm whether it outlives the machine that it is attached to
 * @param relocationDisabled whether it stays where it is
 * @param metadata what clients keep with it
 * @param snapshots the oldest first
 */
public record FcdRecord(
    String id,
    String name,
    Instant created,
    String path,
    boolean keepAfterDeleteVm,
    boolean relocationDisabled,
    Map<String, String> metadata,
    List<FcdSnapshot> snapshots) {

  public FcdRecord {
    metadata = Map.copyOf(metadata);
    snapshots = List.copyOf(snapshots);
  }

  public FcdRecord withName(String changed) {
    return new FcdRecord(
        id, changed, created, path, keepAfterDeleteVm, relocationDisabled, metadata, snapshots);
  }

  public FcdRecord withFlags(boolean keep, boolean stays) {
    return new FcdRecord(id, name, created, path, keep, stays, metadata, snapshots);
  }

  /** The same disk on another link, with other snapshots. */
  public FcdRecord with(String changedPath, List<FcdSnapshot> changed) {
    return new FcdRecord(
        id, name, created, changedPath, keepAfterDeleteVm, relocationDisabled, metadata, changed);
  }

  /** The snapshot of that id, if there is one. */
  public Optional<FcdSnapshot> snapshot(String snapshotId) {
    return snapshots.stream().filter(snapshot -> snapshot.id().equals(snapshotId)).findFirst();
  }

  byte[] bytes() {
    List<Line> lines = new ArrayList<>();
    lines.add(Line.pair(KeyValueText.ENCODING_KEY, "UTF-8"));
    lines.add(Line.pair("fcd.id", id));
    lines.add(Line.pair("fcd.name", name));
    lines.add(Line.pair("fcd.createTime", created.toString()));
    lines.add(Line.pair("fcd.path", path));
    lines.add(Line.pair("fcd.keepAfterDeleteVm", flag(keepAfterDeleteVm)));
    lines.add(Line.pair("fcd.relocationDisabled", flag(relocationDisabled)));
    int number = 0;
    for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
      String prefix = "fcd.metadata" + number++;
      lines.add(Line.pair(prefix + ".key", entry.getKey()));
      lines.add(Line.pair(prefix + ".value", entry.getValue()));
    }
    number = 0;
    for (FcdSnapshot snapshot : snapshots) {
      String prefix = "fcd.snapshot" + number++;
      lines.add(Line.pair(prefix + ".id", snapshot.id()));
      lines.add(Line.pair(prefix + ".description", snapshot.description()));
      lines.add(Line.pair(prefix + ".createTime", snapshot.created().toString()));
      lines.add(Line.pair(prefix + ".path", snapshot.path()));
    }
    return KeyValueText.encode(KeyValueText.text(lines));
  }

  /**
   * Reads a file.
   *
   * @throws BlockError CORRUPT when something is missing or malformed
   */
  static FcdRecord parse(byte[] bytes) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (Line line : KeyValueText.parse(KeyValueText.decode(bytes))) {
      if (line.key() != null) {
        pairs.put(KeyValueText.fold(line.key()), line.value());
      }
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; pairs.containsKey("fcd.metadata" + i + ".key"); i++) {
      metadata.put(
          require(pairs, "fcd.metadata" + i + ".key"),
          pairs.getOrDefault("fcd.metadata" + i + ".value", ""));
    }
    List<FcdSnapshot> snapshots = new ArrayList<>();
    for (int i = 0; pairs.containsKey("fcd.snapshot" + i + ".id"); i++) {
      String prefix = "fcd.snapshot" + i;
      snapshots.add(
          new FcdSnapshot(
              require(pairs, prefix + ".id"),
              pairs.getOrDefault(prefix + ".description", ""),
              time(pairs, prefix + ".createTime"),
              require(pairs, prefix + ".path")));
    }
    return new FcdRecord(
        require(pairs, "fcd.id"),
        require(pairs, "fcd.name"),
        time(pairs, "fcd.createTime"),
        require(pairs, "fcd.path"),
        "TRUE".equals(pairs.get("fcd.keepafterdeletevm")),
        "TRUE".equals(pairs.get("fcd.relocationdisabled")),
        metadata,
        snapshots);
  }

  private static String flag(boolean value) {
    return value ? "TRUE" : "FALSE";
  }

  private static Instant time(Map<String, String> pairs, String key) {
    String text = require(pairs, key);
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new BlockError(
          BlockError.Kind.CORRUPT, "\"" + key + "\" is \"" + text + "\", which is no time", e);
    }
  }

  private static String require(Map<String, String> pairs, String key) {
    String value = pairs.get(KeyValueText.fold(key));
    if (value == null) {
      throw new BlockError(BlockError.Kind.CORRUPT, "There is no \"" + key + "\"");
    }
    return value;
  }
}
