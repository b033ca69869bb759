package dev.vcsnap.datastore;

import dev.vcsnap.datastore.KeyValueText.Line;
import dev.vcsnap.disk.block.BlockError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * A machine's configuration file, {@code .vmx}: an ordered document of pairs that keeps comments,
 * unknown keys and the spelling of every line that is not changed. The form of a line is that of
 * {@link KeyValueText}.
 *
 * <p>Keys are found whatever their case. Of a key that stands twice the last one counts. {@code
 * displayName} holds the name as the API spells it, with {@code %2f}, {@code %5c} and {@code %25}
 * for slash, backslash and percent; nothing is done to it here. A document is not safe for several
 * threads: a reader takes a {@link #copy}.
 *
 * <p>Refused with a {@link BlockError}: CORRUPT for a line that is no pair or bytes that are not
 * text, NOT_THIS_FORMAT for a binary file, UNSUPPORTED for an unknown encoding or more than 1 MiB.
 */
public final class Vmx {

  private static final Pattern DISK_NODE = Pattern.compile("(scsi|sata|ide|nvme)\\d{1,2}:\\d{1,2}");

  private final List<Line> lines;

  /** Where the line of a key stands; of several the last. */
  private final Map<String, Integer> positions = new HashMap<>();

  private int sizeBytes;

  /** A document that says no more than its encoding. */
  public Vmx() {
    this(List.of(Line.pair(KeyValueText.ENCODING_KEY, "UTF-8")));
  }

  private Vmx(List<Line> lines) {
    this.lines = new ArrayList<>(lines);
    index();
  }

  private void index() {
    positions.clear();
    sizeBytes = 0;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (line.key() != null) {
        positions.put(KeyValueText.fold(line.key()), i);
      }
      sizeBytes += line.sizeBytes();
    }
  }

  public static Vmx parse(String text) {
    return new Vmx(KeyValueText.parse(text));
  }

  /** Reads a file in the encoding that it names; it will be written in UTF-8. */
  public static Vmx parse(byte[] file) {
    Vmx vmx = parse(KeyValueText.decode(file));
    if (!vmx.get(KeyValueText.ENCODING_KEY).orElse("UTF-8").equalsIgnoreCase("UTF-8")) {
      vmx.put(KeyValueText.ENCODING_KEY, "UTF-8");
    }
    return vmx;
  }

  public String text() {
    return KeyValueText.text(lines);
  }

  /** The text as a file. */
  public byte[] bytes() {
    return KeyValueText.encode(text());
  }

  public Vmx copy() {
    return new Vmx(lines);
  }

  public Optional<String> get(String key) {
    return Optional.ofNullable(positions.get(KeyValueText.fold(key)))
        .map(lines::get)
        .map(Line::value);
  }

  /** A switch: {@code TRUE}, or {@code FALSE} and everything else. */
  public boolean flag(String key) {
    return get(key).filter(value -> value.strip().equalsIgnoreCase("TRUE")).isPresent();
  }

  /** A decimal number; a value that is none is CORRUPT. */
  public OptionalLong number(String key) {
    Optional<String> value = get(key);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(value.get().strip()));
    } catch (NumberFormatException e) {
      throw new BlockError(
          BlockError.Kind.CORRUPT,
          "\"" + key + "\" is \"" + value.get() + "\": expected a number",
          e);
    }
  }

  /**
   * Sets a value, in the place of the key if it is there, else at the end.
   *
   * @throws IllegalArgumentException for a key that no line can hold, or when the file would pass 1
   *     MiB
   */
  public void put(String key, String value) {
    Integer position = positions.get(KeyValueText.fold(key));
    Line before = position == null ? null : lines.get(position);
    if (before != null && before.value().equals(value)) {
      return;
    }
    String spelling = before == null || before.key() == null ? checkedKey(key) : before.key();
    Line after = Line.pair(spelling, value);
    int grown = sizeBytes + after.sizeBytes() - (before == null ? 0 : before.sizeBytes());
    if (grown > KeyValueText.BYTES_MAX) {
      throw new IllegalArgumentException(
          "With \""
              + spelling
              + "\" the configuration has "
              + grown
              + " bytes; at most "
              + KeyValueText.BYTES_MAX
              + " are allowed");
    }
    sizeBytes = grown;
    if (position == null) {
      positions.put(KeyValueText.fold(spelling), lines.size());
      lines.add(after);
    } else {
      lines.set(position, after);
    }
  }

  public void putFlag(String key, boolean value) {
    put(key, value ? "TRUE" : "FALSE");
  }

  public void putNumber(String key, long value) {
    put(key, Long.toString(value));
  }

  /** Takes the key away, however often it stands; true if it was there. */
  public boolean remove(String key) {
    String folded = KeyValueText.fold(key);
    if (!positions.containsKey(folded)) {
      return false;
    }
    lines.removeIf(line -> line.key() != null && KeyValueText.fold(line.key()).equals(folded));
    index();
    return true;
  }

  /** The keys in the order of the file, in the file's spelling. */
  public List<String> keys() {
    return keysStartingWith("");
  }

  /** The keys that begin with {@code prefix}, whatever the case of either. */
  public List<String> keysStartingWith(String prefix) {
    String folded = KeyValueText.fold(prefix);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String key = lines.get(i).key();
      if (key != null
          && KeyValueText.fold(key).startsWith(folded)
          && positions.getOrDefault(KeyValueText.fold(key), -1) == i) {
        keys.add(key);
      }
    }
    return keys;
  }

  /**
   * The disks that are present, node ({@code scsi0:0}) to descriptor file name, in the order of the
   * file.
   */
  public SequencedMap<String, String> disks() {
    SequencedMap<String, String> disks = new LinkedHashMap<>();
    for (String key : keys()) {
      int dot = key.lastIndexOf('.');
      String node = dot < 0 ? "" : KeyValueText.fold(key.substring(0, dot));
      if (KeyValueText.fold(key).endsWith(".filename")
          && DISK_NODE.matcher(node).matches()
          && (get(node + ".present").isEmpty() || flag(node + ".present"))
          && isDisk(node)) {
        disks.put(node, get(key).orElseThrow());
      }
    }
    return disks;
  }

  /**
   * Makes a link the file of the disk at a node.
   *
   * @param fileName as {@link VmDirectory#nameInConfiguration} spells it
   */
  public void putDisk(String node, String fileName) {
    put(node + ".fileName", fileName);
  }

  /** Without a device type a SCSI device is a disk if its file says so: libvirt's rule. */
  private boolean isDisk(String node) {
    String type = KeyValueText.fold(get(node + ".deviceType").orElse("disk"));
    boolean diskType = type.equals("disk") || type.endsWith("-harddisk");
    return diskType && KeyValueText.fold(get(node + ".fileName").orElse("")).endsWith(".vmdk");
  }

  private static String checkedKey(String key) {
    boolean holds =
        !key.isEmpty()
            && key.equals(key.strip())
            && !key.startsWith("#")
            && !key.startsWith("\uFEFF")
            && key.codePoints()
                .noneMatch(c ->
                    c == '='
                        || c == '"'
                        || Character.isISOControl(c)
                        || Character.getType(c) == Character.SURROGATE);
    if (!holds || key.getBytes(StandardCharsets.UTF_8).length > 1024) {
      throw new IllegalArgumentException("\"" + key + "\" cannot be a key of a configuration file");
    }
    return key;
  }
}
