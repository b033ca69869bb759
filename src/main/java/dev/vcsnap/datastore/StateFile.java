package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The container that VMware keeps a machine's state in, {@code .vmsn} and {@code .vmss}, as the
 * open readers of memory images describe it. Little-endian.
 *
 * <pre>
 *   File   --&gt; Magic u32 groupCount(u32) Group^groupCount Tags^groupCount
 *   Magic  --&gt; d2 be d2 be              low nibble = version; d0, d1 ba, d3 are read too
 *   Group  --&gt; name[64] tagsOffset(u64) tagsSize(u64)
 *   Tags   --&gt; Tag* 00 00
 *   Tag    --&gt; flags(u8) nameLength(u8) name index(u32)^(flags &gt;&gt; 6) ( Short | Long )
 *   Short  --&gt; data                     (flags &amp; 3f) bytes, at most 61
 *   Long   --&gt; size sizeInMemory padLength(u16) pad data        (flags &amp; 3f) is 62 or 63; sizes u64, u32 in version 0
 * </pre>
 *
 * <p>The second u32 of the header is written as 8; its meaning is not published.
 */
final class StateFile {

  private static final int MAGIC = 0xBED2BED2;
  private static final int HEADER_BYTES = 12;
  private static final int GROUP_BYTES = 80;
  private static final int GROUP_NAME_BYTES = 64;
  private static final int SHORT_DATA_MAX = 61;
  private static final int LONG_DATA = 63;
  private static final int GROUPS_MAX = 256;
  private static final int TAGS_MAX = 65_536;

  private StateFile() {}

  /**
   * A named value; {@code index} tells values of one name apart, -1 for none. The data is
   * little-endian.
   */
  record Tag(String name, int index, ByteBuffer data) {

    static Tag ofText(String name, int index, String text) {
      return new Tag(name, index, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Tag ofInt(String name, int value) {
      return new Tag(
          name, -1, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value));
    }

    int sizeBytes() {
      int data = data().remaining();
      return 2 + nameBytes().length + (index < 0 ? 0 : 4) + (data > SHORT_DATA_MAX ? 18 : 0) + data;
    }

    byte[] nameBytes() {
      return name.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** A file with one group. */
  static byte[] write(String group, List<Tag> tags) {
    int tagsBytes = 2 + tags.stream().mapToInt(Tag::sizeBytes).sum();
    int tagsOffset = HEADER_BYTES + GROUP_BYTES;
    ByteBuffer file = ByteBuffer.allocate(tagsOffset + tagsBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(MAGIC).putInt(8).putInt(1);
    file.put(group.getBytes(StandardCharsets.US_ASCII));
    file.position(HEADER_BYTES + GROUP_NAME_BYTES).putLong(tagsOffset).putLong(tagsBytes);
    for (Tag tag : tags) {
      write(tag, file);
    }
    return file.put((byte) 0).put((byte) 0).array();
  }

  private static void write(Tag tag, ByteBuffer file) {
    int size = tag.data().remaining();
    boolean isLong = size > SHORT_DATA_MAX;
    int indices = tag.index() < 0 ? 0 : 1;
    file.put((byte) (indices << 6 | (isLong ? LONG_DATA : size)));
    file.put((byte) tag.nameBytes().length).put(tag.nameBytes());
    if (indices == 1) {
      file.putInt(tag.index());
    }
    if (isLong) {
      file.putLong(size).putLong(size).putShort((short) 0);
    }
    file.put(tag.data().duplicate());
  }

  /**
   * The tags of each group; the data are views of {@code bytes}, nothing is allocated by what a
   * file claims.
   */
  static Map<String, List<Tag>> read(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer();
    file.order(ByteOrder.LITTLE_ENDIAN);
    int version = versionOf(file);
    if (bytes.length < HEADER_BYTES) {
      throw corrupt("it ends inside its header");
    }
    int groupCount = file.getInt(8);
    if (groupCount < 0
        || groupCount > GROUPS_MAX
        || HEADER_BYTES + groupCount * GROUP_BYTES > bytes.length) {
      throw corrupt("its " + Integer.toUnsignedString(groupCount) + " groups do not fit into it");
    }
    Map<String, List<Tag>> groups = new LinkedHashMap<>();
    int tagCount = 0;
    for (int i = 0; i < groupCount; i++) {
      int at = HEADER_BYTES + i * GROUP_BYTES;
      long offset = file.getLong(at + GROUP_NAME_BYTES);
      if (offset < 0 || offset > bytes.length - 2) {
        throw corrupt("a group's tags begin at " + offset + ", outside of it");
      }
      List<Tag> tags = readTags(file, (int) offset, version, TAGS_MAX - tagCount);
      tagCount += tags.size();
      groups.putIfAbsent(name(file.slice(at, GROUP_NAME_BYTES)), tags);
    }
    return groups;
  }

  private static int versionOf(ByteBuffer file) {
    int magic = file.limit() < 4 ? 0 : file.getInt(0);
    int version = magic & 0xF;
    return switch (magic) {
      case 0xBED2BED0, 0xBAD1BAD1, MAGIC, 0xBED3BED3 -> version;
      default -> {
        if (magic == (0xBED0BED0 | version << 16 | version) && version > 3) {
          throw new BlockError(
              BlockError.Kind.TOO_NEW,
              "The state file has version " + version + ": at most 3 is known");
        }
        throw new BlockError(
            BlockError.Kind.NOT_THIS_FORMAT,
            String.format(
                "Not a state file: it begins with 0x%08x, expected 0x%08x", magic, MAGIC));
      }
    };
  }

  private static List<Tag> readTags(ByteBuffer file, int offset, int version, int tagsMax) {
    List<Tag> tags = new ArrayList<>();
    Cursor cursor = new Cursor(file, offset);
    while (true) {
      int flags = cursor.take(1).get() & 0xFF;
      int nameLength = cursor.take(1).get() & 0xFF;
      if (flags == 0 && nameLength == 0) {
        return tags;
      }
      if (tags.size() == tagsMax) {
        throw corrupt("it has more than " + TAGS_MAX + " tags");
      }
      String name = name(cursor.take(nameLength));
      int indices = flags >> 6;
      int index = -1;
      for (int i = 0; i < indices; i++) {
        int value = cursor.take(4).getInt();
        index = i == 0 ? value : index;
      }
      tags.add(new Tag(name, index, cursor.take(dataSize(cursor, flags & 0x3F, version))));
    }
  }

  private static long dataSize(Cursor cursor, int shortSize, int version) {
    if (shortSize <= SHORT_DATA_MAX) {
      return shortSize;
    }
    long size = version == 0 ? cursor.take(4).getInt() & 0xFFFFFFFFL : cursor.take(8).getLong();
    cursor.take(version == 0 ? 4 : 8); // the size in memory
    cursor.take(cursor.take(2).getShort() & 0xFFFF); // padding
    return size;
  }

  private static String name(ByteBuffer bytes) {
    String text = StandardCharsets.ISO_8859_1.decode(bytes).toString();
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  private static BlockError corrupt(String problem) {
    return new BlockError(BlockError.Kind.CORRUPT, "The state file is damaged: " + problem);
  }

  /** Walks the file and never past its end. */
  private static final class Cursor {

    private final ByteBuffer file;
    private int offset;

    Cursor(ByteBuffer file, int offset) {
      this.file = file;
      this.offset = offset;
    }

    ByteBuffer take(long size) {
      if (size < 0 || size > file.limit() - offset) {
        throw corrupt(
            Long.toUnsignedString(size)
                + " bytes at "
                + offset
                + " pass its end at "
                + file.limit());
      }
      ByteBuffer taken = file.slice(offset, (int) size).order(ByteOrder.LITTLE_ENDIAN);
      offset += (int) size;
      return taken;
    }
  }
}
