package dev.vcsnap.disk.vmdk.hosted;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks a compressed grain within bounds: a grain that claims to be longer than it may be, or
 * that swells beyond its size, is damage and costs no memory.
 *
 * <p>In the file it is a marker of 12 bytes (u64 first sector of the disk, u32 packed length) and a
 * zlib stream (RFC 1950; the format's paper names RFC 1951, and nobody writes that).
 */
public final class PackedGrain {

  public static final int MARKER_BYTES = 12;

  private PackedGrain() {}

  /** The longest packed grain that is believed; zlib adds a few bytes to what does not shrink. */
  public static int maximumBytes(int grainBytes) {
    return 2 * grainBytes;
  }

  /** Checks what a marker says about the length that follows it. */
  public static int checkLength(int length, int grainBytes, String place) {
    if (length <= 0 || length > maximumBytes(grainBytes)) {
      throw new BlockError(
          Kind.CORRUPT,
          "%s: a packed grain of %s bytes; the longest has %d"
              .formatted(place, Integer.toUnsignedString(length), maximumBytes(grainBytes)));
    }
    return length;
  }

  /**
   * Unpacks one grain.
   *
   * @param neededBytes what the disk needs of it; a last grain may be packed without its padding
   * @return a whole grain, padded with zeros
   */
  public static byte[] unpack(
      byte[] packed, int length, int grainBytes, int neededBytes, String place) {
    // One byte more than may come shows that too much comes.
    byte[] grain = new byte[grainBytes + 1];
    int count = 0;
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(packed, 0, length);
      while (!inflater.finished() && count < grain.length) {
        int step = inflater.inflate(grain, count, grain.length - count);
        if (step == 0 && !inflater.finished()) {
          throw new BlockError(
              Kind.CORRUPT, "%s: the packed grain ends after %d bytes".formatted(place, count));
        }
        count += step;
      }
    } catch (DataFormatException damaged) {
      throw new BlockError(
          Kind.CORRUPT,
          "%s: the packed grain is damaged: %s".formatted(place, damaged.getMessage()),
          damaged);
    }
    if (count > grainBytes || count < neededBytes) {
      throw new BlockError(
          Kind.CORRUPT,
          "%s: the grain unpacks to %s%d bytes; it has %d"
              .formatted(place, count > grainBytes ? "at least " : "", count, grainBytes));
    }
    return grain;
  }
}
