package dev.vcsnap.disk.vmdk;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The text file that names a disk's extent, its parent and its content.
 *
 * <p>Grammar (VMware's "Virtual Disk Format 5.0", and what ESXi writes): {@code key=value} rows
 * without blanks, then extent rows, then {@code ddb.key = "value"} rows; {@code #} starts a
 * comment. Reading takes CR LF, trailing zeros and trailing blanks, and keeps keys that it does not
 * know. Writing keeps to what every reader takes: the signature on the first line, the version on
 * the second, one extent, no second {@code =} on a line.
 */
public final class Descriptor {

  /** The content id of nobody: a disk without parent names it as its parent's. */
  public static final int NO_CID = -1;

  /** The largest file that is read as a descriptor: the sectors in which QEMU looks for one. */
  public static final int MAXIMUM_BYTES = 20 * 512;

  private static final String SIGNATURE = "# Disk DescriptorFile";
  private static final String PARENT_HINT = "parentFileNameHint";
  private static final String TRACK_PATH = "changeTrackPath";

  private final Map<String, String> header;
  private final List<ExtentLine> extents;
  private final Map<String, String> ddb;

  private Descriptor(
      Map<String, String> header, List<ExtentLine> extents, Map<String, String> ddb) {
    this.header = Collections.unmodifiableMap(header);
    this.extents = List.copyOf(extents);
    this.ddb = Collections.unmodifiableMap(ddb);
  }

  /** A descriptor of a disk without parent. */
  public static Descriptor ofBase(
      int cid, String createType, ExtentLine extent, Map<String, String> ddb) {
    return create(cid, NO_CID, null, createType, extent, ddb);
  }

  /** A descriptor of a new delta: it has its parent's content id until it is written. */
  public static Descriptor ofDelta(
      int parentCid, String parentFileNameHint, String createType, ExtentLine extent) {
    return create(parentCid, parentCid, parentFileNameHint, createType, extent, Map.of());
  }

  private static Descriptor create(
      int cid,
      int parentCid,
      @Nullable String parentFileNameHint,
      String createType,
      ExtentLine extent,
      Map<String, String> ddb) {
    LinkedHashMap<String, String> header = new LinkedHashMap<>();
    header.put("version", "1");
    header.put("encoding", "UTF-8");
    header.put("CID", hex(cid));
    header.put("parentCID", hex(parentCid));
    header.put("isNativeSnapshot", "no");
    header.put("createType", createType);
    if (parentFileNameHint != null) {
      header.put(PARENT_HINT, refuseSpecials(parentFileNameHint));
    }
    return new Descriptor(header, List.of(extent), new LinkedHashMap<>(ddb));
  }

  /**
   * Reads the text of a descriptor.
   *
   * @throws BlockError NOT_THIS_FORMAT without the signature, CORRUPT when a needed key is missing
   *     or malformed, TOO_NEW for a version that is not known, UNSUPPORTED for a disk beyond 64 TiB
   */
  public static Descriptor parse(String text) {
    int end = text.indexOf('\0');
    List<String> lines = (end < 0 ? text : text.substring(0, end)).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().strip().equalsIgnoreCase(SIGNATURE)) {
      throw new BlockError(
          Kind.NOT_THIS_FORMAT, "a descriptor starts with '" + SIGNATURE + "'; this does not");
    }
    LinkedHashMap<String, String> header = new LinkedHashMap<>();
    LinkedHashMap<String, String> ddb = new LinkedHashMap<>();
    List<ExtentLine> extents = new ArrayList<>();
    for (String raw : lines) {
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (ExtentLine.looksLike(line)) {
        extents.add(ExtentLine.parse(line));
        continue;
      }
      int equals = line.indexOf('=');
      if (equals <= 0) {
        throw new BlockError(Kind.CORRUPT, "the line '" + line + "' has no key and value");
      }
      String key = line.substring(0, equals).strip();
      String value = unquote(line.substring(equals + 1).strip());
      if (key.toLowerCase(Locale.ROOT).startsWith("ddb.")) {
        ddb.put(key, value);
      } else {
        header.put(canonical(key), value);
      }
    }
    Descriptor descriptor = new Descriptor(header, extents, ddb);
    descriptor.validate();
    return descriptor;
  }

  private void validate() {
    int version = decimal(require("version"));
    if (version > 3) {
      throw new BlockError(
          Kind.TOO_NEW, "descriptor version " + version + "; 3 is the newest known");
    }
    if (version < 1) {
      throw new BlockError(Kind.CORRUPT, "descriptor version " + version);
    }
    require("createType");
    parseHex(require("CID"));
    parseHex(require("parentCID"));
    if (extents.isEmpty()) {
      throw new BlockError(Kind.CORRUPT, "the descriptor has no extent");
    }
    // Each of them is at most as long, and a file of ours has room for a few hundred.
    if (sectors() > ExtentLine.MAXIMUM_SECTORS) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "a disk of %d sectors; at most %d are read"
              .formatted(sectors(), ExtentLine.MAXIMUM_SECTORS));
    }
  }

  /** The file's content, with LF line ends. */
  public String text() {
    StringBuilder text = new StringBuilder(512);
    text.append(SIGNATURE).append('\n');
    row(text, "version", false);
    row(text, "encoding", true);
    row(text, "CID", false);
    row(text, "parentCID", false);
    for (String key : header.keySet()) {
      switch (key) {
        case "version", "encoding", "CID", "parentCID", PARENT_HINT, TRACK_PATH -> {}
        default -> row(text, key, true);
      }
    }
    row(text, PARENT_HINT, true);
    text.append("\n# Extent description\n");
    extents.forEach(extent -> text.append(extent.text()).append('\n'));
    if (header.containsKey(TRACK_PATH)) {
      text.append("\n# Change Tracking File\n");
      row(text, TRACK_PATH, true);
    }
    text.append("\n# The Disk Data Base\n#DDB\n\n");
    ddb.forEach((key, value) -> text.append(key + " = \"" + value + "\"\n"));
    return text.toString();
  }

  private void row(StringBuilder text, String key, boolean quoted) {
    String value = header.get(key);
    if (value != null) {
      text.append(key).append('=').append(quoted ? "\"" + value + "\"" : value).append('\n');
    }
  }

  public int cid() {
    return parseHex(require("CID"));
  }

  /** The content id that the parent must have, or {@link #NO_CID}. */
  public int parentCid() {
    return parseHex(require("parentCID"));
  }

  public boolean hasParent() {
    return parentCid() != NO_CID;
  }

  /** The parent's descriptor: a name beside this one, or an absolute path. */
  public Optional<String> parentFileNameHint() {
    return Optional.ofNullable(header.get(PARENT_HINT));
  }

  public String createType() {
    return require("createType");
  }

  public List<ExtentLine> extents() {
    return extents;
  }

  /** The file of the change map beside this descriptor, when the link is tracked. */
  public Optional<String> changeTrackPath() {
    return Optional.ofNullable(header.get(TRACK_PATH));
  }

  /** The disk data base: every {@code ddb.} key with its value. */
  public Map<String, String> ddb() {
    return ddb;
  }

  /** The 128-bit content id in hexadecimal; its last eight digits are the content id. */
  public Optional<String> longContentId() {
    return Optional.ofNullable(ddb.get("ddb.longContentID"));
  }

  /** The disk's identity, which only a base carries. */
  public Optional<UUID> uuid() {
    String spaced = ddb.get("ddb.uuid");
    if (spaced == null) {
      return Optional.empty();
    }
    String digits = spaced.replace(" ", "").replace("-", "");
    try {
      byte[] bytes = HexFormat.of().parseHex(digits);
      if (bytes.length == 16) {
        return Optional.of(
            new UUID(
                HexFormat.fromHexDigitsToLong(digits, 0, 16),
                HexFormat.fromHexDigitsToLong(digits, 16, 32)));
      }
    } catch (IllegalArgumentException malformed) {
      throw new BlockError(Kind.CORRUPT, "ddb.uuid is '" + spaced + "'", malformed);
    }
    throw new BlockError(Kind.CORRUPT, "ddb.uuid is '" + spaced + "'");
  }

  /** The sum of the extents' lengths. */
  public long sectors() {
    return extents.stream().mapToLong(ExtentLine::sectors).sum();
  }

  /** The same disk after its content has changed. */
  public Descriptor withContentId(int cid, String longContentId) {
    LinkedHashMap<String, String> newDdb = new LinkedHashMap<>(ddb);
    newDdb.put("ddb.longContentID", longContentId);
    return new Descriptor(with("CID", hex(cid)), extents, newDdb);
  }

  /** The same base after it has grown; heads and sectors of its geometry stay. */
  public Descriptor withSectors(long sectors) {
    ExtentLine old = extents.getFirst();
    ExtentLine grown =
        new ExtentLine(old.access(), sectors, old.type(), old.fileName(), old.offsetSectors());
    LinkedHashMap<String, String> newDdb = new LinkedHashMap<>(ddb);
    newDdb.computeIfPresent(
        "ddb.geometry.cylinders", (key, before) -> Long.toString(sectors / sectorsPerCylinder()));
    return new Descriptor(header, List.of(grown), newDdb);
  }

  private long sectorsPerCylinder() {
    long heads = decimal(ddb.getOrDefault("ddb.geometry.heads", "255"));
    long sectors = decimal(ddb.getOrDefault("ddb.geometry.sectors", "63"));
    return Math.max(1, heads * sectors);
  }

  /** The same delta above another parent. */
  public Descriptor withParent(String parentFileNameHint, int parentCid) {
    LinkedHashMap<String, String> newHeader = with("parentCID", hex(parentCid));
    newHeader.put(PARENT_HINT, refuseSpecials(parentFileNameHint));
    return new Descriptor(newHeader, extents, ddb);
  }

  /** The same link with a change map; version 3 tells old readers. */
  public Descriptor withChangeTracking(String fileName) {
    LinkedHashMap<String, String> newHeader = with("version", "3");
    newHeader.put(TRACK_PATH, refuseSpecials(fileName));
    return new Descriptor(newHeader, extents, ddb);
  }

  /** The same link without a change map. */
  public Descriptor withoutChangeTracking() {
    LinkedHashMap<String, String> newHeader = with("version", "1");
    newHeader.remove(TRACK_PATH);
    return new Descriptor(newHeader, extents, ddb);
  }

  /** The same disk whose data base has another value for a key, or none if null. */
  public Descriptor withDdb(String key, @Nullable String value) {
    LinkedHashMap<String, String> newDdb = new LinkedHashMap<>(ddb);
    if (value == null) {
      newDdb.remove(key);
    } else {
      newDdb.put(key, refuseSpecials(value));
    }
    return new Descriptor(header, extents, newDdb);
  }

  /** The same link whose only extent has another file name. */
  public Descriptor withExtentFile(String fileName) {
    ExtentLine old = extents.getFirst();
    return new Descriptor(
        header,
        List.of(
            new ExtentLine(
                old.access(),
                old.sectors(),
                old.type(),
                refuseSpecials(fileName),
                old.offsetSectors())),
        ddb);
  }

  private LinkedHashMap<String, String> with(String key, String value) {
    LinkedHashMap<String, String> newHeader = new LinkedHashMap<>(header);
    newHeader.put(key, value);
    return newHeader;
  }

  private String require(String key) {
    String value = header.get(key);
    if (value == null) {
      throw new BlockError(Kind.CORRUPT, "the descriptor has no '" + key + "'");
    }
    return value;
  }

  /** QEMU takes the first {@code =} of the text, and a quote would end the value for everybody. */
  private static String refuseSpecials(String name) {
    if (name.chars().anyMatch(c -> c == '=' || c == '"' || c < ' ')) {
      throw new BlockError(
          Kind.UNSUPPORTED, "the name '" + name + "' cannot stand in a descriptor: '=' or quote");
    }
    return name;
  }

  private static String canonical(String key) {
    for (String known :
        List.of("version", "encoding", "CID", "parentCID", "createType", PARENT_HINT, TRACK_PATH)) {
      if (known.equalsIgnoreCase(key)) {
        return known;
      }
    }
    return key;
  }

  private static String unquote(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static String hex(int cid) {
    return HexFormat.of().toHexDigits(cid);
  }

  private static int parseHex(String digits) {
    try {
      return Integer.parseUnsignedInt(digits, 16);
    } catch (NumberFormatException malformed) {
      throw new BlockError(Kind.CORRUPT, "'" + digits + "' is not a content id", malformed);
    }
  }

  private static int decimal(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException malformed) {
      throw new BlockError(Kind.CORRUPT, "'" + digits + "' is no number", malformed);
    }
  }
}
