package dev.vcsnap.datastore;

import dev.vcsnap.datastore.StateFile.Tag;
import dev.vcsnap.disk.block.BlockError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot's state file, {@code .vmsn}: the configuration of its moment, and what the {@code
 * .vmsd} has no key for.
 *
 * <p>In the container of {@link StateFile}, one group {@code Snapshot} with the tags {@code format}
 * (1), {@code cfgFile} (the {@code .vmx}), {@code powerState}, {@code quiesced}, {@code memory},
 * {@code detailName[i]} and {@code detailValue[i]}, and last {@code check}, a CRC-32C over the tags
 * before it. Magic, container and {@code cfgFile} are VMware's; the other tags are ours alone.
 *
 * <p>Refused with a {@link BlockError}: NOT_THIS_FORMAT (another magic), TOO_NEW, CORRUPT, and
 * UNSUPPORTED for a state file of a real host, which has no such tags.
 *
 * @param vmx the configuration's text
 * @param powerState {@code poweredOn}, {@code poweredOff} or {@code suspended}
 * @param quiesced true when the guest was made consistent
 * @param memory true when a memory file belongs to the snapshot
 * @param details further facts by name
 */
public record Vmsn(
    String vmx, String powerState, boolean quiesced, boolean memory, Map<String, String> details) {

  /** The most that such a file may hold, read or written. */
  public static final int BYTES_MAX = 16 << 20;

  private static final String GROUP = "Snapshot";
  private static final String CHECK = "check";
  private static final int FORMAT = 1;
  private static final int DETAILS_MAX = 256;

  public Vmsn {
    details = Collections.unmodifiableMap(new TreeMap<>(details));
    if (details.size() > DETAILS_MAX) {
      throw new IllegalArgumentException(
          details.size() + " details of a snapshot: at most " + DETAILS_MAX + " are allowed");
    }
  }

  /** The file's content. */
  public byte[] bytes() {
    List<Tag> tags = new ArrayList<>();
    tags.add(Tag.ofInt("format", FORMAT));
    tags.add(Tag.ofText("cfgFile", -1, vmx));
    tags.add(Tag.ofText("powerState", -1, powerState));
    tags.add(Tag.ofInt("quiesced", quiesced ? 1 : 0));
    tags.add(Tag.ofInt("memory", memory ? 1 : 0));
    int index = 0;
    for (Map.Entry<String, String> detail : details.entrySet()) {
      tags.add(Tag.ofText("detailName", index, detail.getKey()));
      tags.add(Tag.ofText("detailValue", index, detail.getValue()));
      index++;
    }
    tags.add(Tag.ofInt(CHECK, checkOf(tags)));
    byte[] file = StateFile.write(GROUP, tags);
    if (file.length > BYTES_MAX) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "The state file would have "
              + file.length
              + " bytes: at most "
              + BYTES_MAX
              + " are allowed");
    }
    return file;
  }

  /** Reads a file's content. */
  public static Vmsn parse(byte[] file) {
    if (file.length > BYTES_MAX) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "The state file has " + file.length + " bytes: at most " + BYTES_MAX + " are allowed");
    }
    List<Tag> tags = StateFile.read(file).get(GROUP);
    if (tags == null || tags.stream().noneMatch(tag -> tag.name().equals("format"))) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "The state file is well formed, but was not written by this program");
    }
    int format = number(tags, "format");
    if (format > FORMAT) {
      throw new BlockError(
          BlockError.Kind.TOO_NEW,
          "The state file's content has format " + format + ": at most " + FORMAT + " is known");
    }
    int last = tags.size() - 1;
    if (format < 1
        || !tags.get(last).name().equals(CHECK)
        || number(tags, CHECK) != checkOf(tags.subList(0, last))) {
      throw corrupt("its checksum does not agree with its content", null);
    }
    return new Vmsn(
        text(only(tags, "cfgFile")),
        text(only(tags, "powerState")),
        number(tags, "quiesced") != 0,
        number(tags, "memory") != 0,
        detailsOf(tags));
  }

  private static Map<String, String> detailsOf(List<Tag> tags) {
    Map<Integer, String> names = new LinkedHashMap<>();
    Map<String, String> details = new TreeMap<>();
    for (Tag tag : tags) {
      if (tag.name().equals("detailName")) {
        names.put(tag.index(), text(tag));
      } else if (tag.name().equals("detailValue")) {
        String name = names.get(tag.index());
        if (name == null) {
          throw corrupt("the detail " + tag.index() + " has no name", null);
        }
        details.put(name, text(tag));
      }
    }
    if (details.size() > DETAILS_MAX) {
      throw corrupt("it has " + details.size() + " details", null);
    }
    return details;
  }

  private static Tag only(List<Tag> tags, String name) {
    return tags.stream()
        .filter(tag -> tag.name().equals(name))
        .findFirst()
        .orElseThrow(() -> corrupt("it has no tag \"" + name + "\"", null));
  }

  private static int number(List<Tag> tags, String name) {
    ByteBuffer data = only(tags, name).data();
    if (data.remaining() != 4) {
      throw corrupt(
          "its tag \"" + name + "\" has " + data.remaining() + " bytes, expected 4", null);
    }
    return data.getInt(data.position());
  }

  private static String text(Tag tag) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(tag.data().duplicate()).toString();
    } catch (CharacterCodingException e) {
      throw corrupt("its tag \"" + tag.name() + "\" is not UTF-8", e);
    }
  }

  private static int checkOf(List<Tag> tags) {
    CRC32C crc = new CRC32C();
    for (Tag tag : tags) {
      crc.update(tag.nameBytes());
      crc.update(ByteBuffer.allocate(8).putInt(0, tag.index()).putInt(4, tag.data().remaining()));
      crc.update(tag.data().duplicate());
    }
    return (int) crc.getValue();
  }

  private static BlockError corrupt(String problem, @Nullable Throwable cause) {
    return new BlockError(BlockError.Kind.CORRUPT, "The state file is damaged: " + problem, cause);
  }
}
