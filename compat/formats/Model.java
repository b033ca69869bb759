import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a disk should read as: its blocks that are not zero, by number. */
final class Model {

  /** As the checksums of the other clients, see compat/lib/disk.py. */
  private static final int BLOCK_BYTES = 64 << 10;

  private final long sizeBytes;
  private final TreeMap<Long, byte[]> blocks = new TreeMap<>();

  Model(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  Model copy() {
    return grown(sizeBytes);
  }

  /** The same bytes, then zeros. */
  Model grown(long newSizeBytes) {
    Model copy = new Model(newSizeBytes);
    blocks.forEach((number, block) -> copy.blocks.put(number, block.clone()));
    return copy;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  void write(long offset, byte[] bytes) {
    int done = 0;
    while (done < bytes.length) {
      long at = offset + done;
      int within = (int) (at % BLOCK_BYTES);
      int length = Math.min(BLOCK_BYTES - within, bytes.length - done);
      byte[] block = blocks.computeIfAbsent(at / BLOCK_BYTES, number -> new byte[BLOCK_BYTES]);
      System.arraycopy(bytes, done, block, within, length);
      done += length;
    }
  }

  /** SHA-256 over the blocks that are not zero, each with its place. */
  private String checksum() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] zeros = new byte[BLOCK_BYTES];
      blocks.forEach((number, block) -> {
        if (!Arrays.equals(block, zeros)) {
          long offset = number * BLOCK_BYTES;
          digest.update(ByteBuffer.allocate(8).putLong(0, offset));
          digest.update(block, 0, (int) Math.min(BLOCK_BYTES, sizeBytes - offset));
        }
      });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * A disk as the readers are told of it; the areas are all that may be something else than zero.
   */
  String json(Path path) {
    String areas =
        blocks.keySet().stream()
            .map(number -> Long.toString(number * BLOCK_BYTES))
            .collect(Collectors.joining(","));
    return "{\"path\":\"%s\",\"size\":%d,\"sum\":\"%s\",\"blocks\":[%s]}"
        .formatted(path, sizeBytes, checksum(), areas);
  }
}
