package dev.vcsnap.disk.cbt;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The {@code -ctk.vmdk} file: a change map between two openings of its disk.
 *
 * <p>The first 60 bytes are those that libvmdk's paper shows from real files; VMware has published
 * nothing and no reader of the rest is known, so the body is ours alone. Little-endian:
 *
 * <pre>
 *   0 u8[4] A2 72 19 F6     4 u32 1        8 u32 0      12 u32 0x200
 *  16 u64 disk sectors     24 u64 sectors of a block    32 u32 0, 0, 0
 *  44 u8[16] epoch         60 u32 0
 *  64 "VCSNAPCT"           72 u32 version 1             76 u32 dirty (1 while somebody may write)
 *  80 u64 disk bytes       88 u64 bytes of a block      96 u32 sequence
 * 100 u32 chunks stored   104 u32 CRC-32C of the file, with 0 in dirty and here
 * 512 chunks: u32 index, 1024 u32 sequence numbers of blocks
 * </pre>
 *
 * The rule for crashes: a dirty file says nothing, and its reader starts a new epoch in which
 * everything allocated is changed.
 */
public final class ChangeMapFile {

  private static final int MAGIC = 0xF61972A2;
  private static final long OURS = 0x54435041_4E534356L;
  private static final int VERSION = 1;
  private static final int DIRTY_AT = 76;
  private static final int CHECKSUM_AT = 104;
  private static final int HEADER_BYTES = 512;
  private static final int CHUNK_BYTES = 4 + 4 * ChangeMap.CHUNK_BLOCKS;

  /** The largest file there can be. */
  public static final int MAXIMUM_BYTES = HEADER_BYTES + 2048 * CHUNK_BYTES;

  private final DiskFiles files;

  public ChangeMapFile(DiskFiles files) {
    this.files = files;
  }

  /** Stores a map that will not change until it is marked dirty. */
  public void save(Path path, ChangeMap map) {
    files.replace(path, encode(map, false));
  }

  /** Stores a file that says "somebody may be writing": all that a running link needs. */
  public void saveDirty(Path path, UUID epoch, long sizeBytes) {
    files.replace(path, encode(new ChangeMap(epoch, sizeBytes), true));
  }

  /**
   * Makes such a file where there is none, or none that counts. Syncing a new file makes its first
   * name durable as well, which a replacement's is only with its directory.
   */
  public void createDirty(Path path, UUID epoch, long sizeBytes) {
    files.delete(path);
    try (DiskFile file = files.create(path)) {
      file.writeAt(0, ByteBuffer.wrap(encode(new ChangeMap(epoch, sizeBytes), true)));
      file.sync();
    }
  }

  /** Notes durably that the file's map is going to be out of date. */
  public void markDirty(Path path) {
    try (DiskFile file = files.open(path, true)) {
      ByteBuffer one = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 1);
      file.writeAt(DIRTY_AT, one);
      file.sync();
    }
  }

  /**
   * Reads a map; empty when the file is dirty.
   *
   * @throws BlockError NOT_FOUND, NOT_THIS_FORMAT, TOO_NEW, or CORRUPT
   */
  public Optional<ChangeMap> read(Path path, long sizeBytes) {
    byte[] content = files.read(path, MAXIMUM_BYTES);
    ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (in.capacity() < HEADER_BYTES || in.getInt(0) != MAGIC || in.getLong(64) != OURS) {
      throw refuse(Kind.NOT_THIS_FORMAT, path, "it is not a change map of ours");
    }
    if (in.getInt(72) != VERSION) {
      throw refuse(Kind.TOO_NEW, path, "change map version " + in.getInt(72));
    }
    if (in.getInt(DIRTY_AT) != 0) {
      return Optional.empty();
    }
    int expected = in.getInt(CHECKSUM_AT);
    if (expected != checksum(content)) {
      throw refuse(Kind.CORRUPT, path, "its checksum is wrong");
    }
    if (in.getLong(80) != sizeBytes) {
      throw refuse(
          Kind.CORRUPT,
          path,
          "it is for a disk of %d bytes, not %d".formatted(in.getLong(80), sizeBytes));
    }
    ByteBuffer epoch = in.slice(44, 16).order(ByteOrder.BIG_ENDIAN);
    UUID uuid = new UUID(epoch.getLong(), epoch.getLong());
    ChangeMap map = new ChangeMap(uuid, sizeBytes, in.getInt(96));
    int stored = in.getInt(100);
    if (in.getLong(88) != map.blockSizeBytes()
        || stored < 0
        || in.capacity() != HEADER_BYTES + (long) stored * CHUNK_BYTES) {
      throw refuse(Kind.CORRUPT, path, "its size does not fit its header");
    }
    in.position(HEADER_BYTES);
    for (int i = 0; i < stored; i++) {
      int at = in.getInt();
      if (at < 0 || at >= map.chunkCount()) {
        throw refuse(Kind.CORRUPT, path, "it has a chunk " + at);
      }
      int[] marks = new int[ChangeMap.CHUNK_BLOCKS];
      in.asIntBuffer().get(marks);
      in.position(in.position() + 4 * marks.length);
      map.putChunk(at, marks);
    }
    return Optional.of(map);
  }

  private static BlockError refuse(Kind kind, Path path, String reason) {
    return new BlockError(kind, "'%s': %s".formatted(path, reason));
  }

  private static byte[] encode(ChangeMap map, boolean dirty) {
    int stored = 0;
    for (int i = 0; i < map.chunkCount(); i++) {
      stored += map.chunk(i) == null ? 0 : 1;
    }
    ByteBuffer out =
        ByteBuffer.allocate(HEADER_BYTES + stored * CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, MAGIC).putInt(4, 1).putInt(12, 0x200);
    out.putLong(16, map.sizeBytes() / 512).putLong(24, map.blockSizeBytes() / 512);
    ByteBuffer epoch = out.slice(44, 16).order(ByteOrder.BIG_ENDIAN);
    epoch.putLong(map.epoch().getMostSignificantBits());
    epoch.putLong(map.epoch().getLeastSignificantBits());
    out.putLong(64, OURS).putInt(72, VERSION);
    out.putLong(80, map.sizeBytes()).putLong(88, map.blockSizeBytes());
    out.putInt(96, map.sequence()).putInt(100, stored);
    out.position(HEADER_BYTES);
    for (int i = 0; i < map.chunkCount(); i++) {
      int[] chunk = map.chunk(i);
      if (chunk != null) {
        out.putInt(i);
        out.asIntBuffer().put(chunk);
        out.position(out.position() + 4 * chunk.length);
      }
    }
    byte[] content = out.array();
    out.putInt(CHECKSUM_AT, checksum(content));
    out.putInt(DIRTY_AT, dirty ? 1 : 0);
    return content;
  }

  private static int checksum(byte[] file) {
    byte[] content = file.clone();
    ByteBuffer.wrap(content).putInt(DIRTY_AT, 0).putInt(CHECKSUM_AT, 0);
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
