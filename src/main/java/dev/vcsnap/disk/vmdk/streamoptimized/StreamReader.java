package dev.vcsnap.disk.vmdk.streamoptimized;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.hosted.EmbeddedDescriptor;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import dev.vcsnap.disk.vmdk.hosted.PackedGrain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Reads a streamOptimized VMDK from front to back, as an upload brings it.
 *
 * <p>It follows the markers and ignores the tables: grains may come in any order, and grains of
 * zeros may be missing. Streams with the directory in front have neither footer nor end, so their
 * tables tell how far they must reach: a stream that was cut short is never taken for a whole one.
 */
public final class StreamReader {

  /** More than a directory can have; what lies between markers is skipped, not kept. */
  private static final long MAXIMUM_METADATA_SECTORS = 1 << 16;

  private final InputStream in;
  private final String name;
  private final HostedHeader header;
  private final byte[] sector = new byte[SECTOR_BYTES];
  private Optional<Descriptor> descriptor = Optional.empty();
  private long position;
  private long lastPromisedSector;
  private boolean footerSeen;

  private StreamReader(InputStream in, String name, HostedHeader header) {
    this.in = in;
    this.name = name;
    this.header = header;
    this.position = SECTOR_BYTES;
  }

  /**
   * Reads what stands in front of the grains.
   *
   * @param name what the stream is called in failures
   * @throws BlockError NOT_THIS_FORMAT, TOO_NEW, UNSUPPORTED or CORRUPT, see {@link
   *     HostedHeader#parse}
   */
  public static StreamReader open(InputStream in, String name) throws IOException {
    byte[] first = new byte[SECTOR_BYTES];
    int count = in.readNBytes(first, 0, SECTOR_BYTES);
    HostedHeader header =
        HostedHeader.parse(ByteBuffer.wrap(first, 0, count), "'%s', header".formatted(name));
    if (!header.compressed()) {
      throw new BlockError(
          Kind.UNSUPPORTED, "'%s' is a sparse disk without markers, not a stream".formatted(name));
    }
    StreamReader reader = new StreamReader(in, name, header);
    reader.readFront();
    return reader;
  }

  private void readFront() throws IOException {
    if (header.descriptorOffset() > 0 && header.descriptorSectors() > 0) {
      long end = header.descriptorOffset() + header.descriptorSectors();
      if (end > header.overheadSectors()) {
        throw new BlockError(
            Kind.CORRUPT,
            "'%s', header: the descriptor ends at sector %d, its metadata at %d"
                .formatted(name, end, header.overheadSectors()));
      }
      readTablesUpTo(header.descriptorOffset());
      String place = "'%s', descriptor at byte %d".formatted(name, position);
      byte[] text = new byte[header.descriptorSectors() * SECTOR_BYTES];
      readFully(text, 0, text.length);
      descriptor =
          Optional.of(EmbeddedDescriptor.parse(new String(text, StandardCharsets.UTF_8), place));
    }
    readTablesUpTo(header.overheadSectors());
  }

  private void readTablesUpTo(long endSector) throws IOException {
    while (position < endSector * SECTOR_BYTES) {
      noteFrontSector();
    }
  }

  /**
   * Tables in front of the grains name sectors behind all metadata, and the directories name
   * sectors within it: so the largest number is the last grain's place.
   */
  private void noteFrontSector() throws IOException {
    readSector();
    if (header.directoryOffset() == HostedHeader.DIRECTORY_AT_END) {
      return;
    }
    ByteBuffer entries = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
    while (entries.hasRemaining()) {
      lastPromisedSector = Math.max(lastPromisedSector, Integer.toUnsignedLong(entries.getInt()));
    }
  }

  /** The descriptor in the stream, if it has one. */
  public Optional<Descriptor> descriptor() {
    return descriptor;
  }

  /** The size of the disk. */
  public long sizeBytes() {
    return header.sizeBytes();
  }

  /**
   * Writes every grain to its place; to be called once. The stream is read to its end-of-stream
   * marker, and what follows that is left in it.
   *
   * @param target at least as large as this disk, and zeros where nothing was written
   * @param progress hears how many bytes of the stream are done; what it throws ends the reading
   */
  public void copyTo(BlockDevice target, LongConsumer progress) throws IOException {
    if (target.sizeBytes() < sizeBytes()) {
      throw new BlockError(
          Kind.OUT_OF_BOUNDS,
          "'%s' is a disk of %d bytes; the target has %d"
              .formatted(name, sizeBytes(), target.sizeBytes()));
    }
    while (true) {
      long at = position;
      int count = readMarkerSector();
      if (count == 0) {
        checkFrontFormEnd();
        return;
      }
      StreamMarker marker = StreamMarker.parse(sector);
      if (count < SECTOR_BYTES && !marker.isGrain()) {
        throw cutShort();
      }
      if (marker.isGrain()) {
        readGrain(marker, at, target);
      } else if (marker.type() == StreamMarker.END) {
        checkEnd(marker, at);
        return;
      } else {
        readMetadata(marker, at);
      }
      progress.accept(position);
    }
  }

  /** A stream with its directory in front just stops. */
  private void checkFrontFormEnd() {
    boolean whole =
        header.directoryOffset() != HostedHeader.DIRECTORY_AT_END
            && position > lastPromisedSector * SECTOR_BYTES;
    if (!whole) {
      throw cutShort();
    }
  }

  /** Zeros before the footer are no end but a hole where grains were. */
  private void checkEnd(StreamMarker marker, long at) {
    boolean atEnd = header.directoryOffset() == HostedHeader.DIRECTORY_AT_END;
    boolean due = atEnd ? footerSeen : at > lastPromisedSector * SECTOR_BYTES;
    if (marker.value() != 0 || !due) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' has zeros instead of a marker at byte %d, before its end".formatted(name, at));
    }
  }

  private void readMetadata(StreamMarker marker, long at) throws IOException {
    String place = "'%s', marker at byte %d".formatted(name, at);
    if (marker.type() < 0 || marker.type() > StreamMarker.PROGRESS) {
      throw new BlockError(
          Kind.CORRUPT, "%s: type %s".formatted(place, Integer.toUnsignedString(marker.type())));
    }
    if (marker.value() < 0 || marker.value() > MAXIMUM_METADATA_SECTORS) {
      throw new BlockError(
          Kind.CORRUPT,
          "%s: %s sectors of metadata".formatted(place, Long.toUnsignedString(marker.value())));
    }
    for (long i = 0; i < marker.value(); i++) {
      readSector();
      if (marker.type() == StreamMarker.FOOTER && i == 0) {
        checkFooter(place);
      }
    }
  }

  private void checkFooter(String place) {
    HostedHeader footer;
    try {
      footer = HostedHeader.parse(ByteBuffer.wrap(sector), place + ", footer");
    } catch (BlockError error) {
      // The front said what the format is; a footer that is something else is damage.
      Kind kind = error.kind() == Kind.NOT_THIS_FORMAT ? Kind.CORRUPT : error.kind();
      throw new BlockError(kind, String.valueOf(error.getMessage()), error);
    }
    if (footer.capacitySectors() != header.capacitySectors()
        || footer.grainSectors() != header.grainSectors()) {
      throw new BlockError(Kind.CORRUPT, place + ": the footer contradicts the header");
    }
    footerSeen = true;
  }

  private void readGrain(StreamMarker marker, long at, BlockDevice target) throws IOException {
    String place = "'%s', grain at byte %d".formatted(name, at);
    long first = marker.value();
    if (first < 0 || first >= header.capacitySectors() || first % header.grainSectors() != 0) {
      throw new BlockError(
          Kind.CORRUPT,
          "%s: it is for sector %s of a disk of %d"
              .formatted(place, Long.toUnsignedString(first), header.capacitySectors()));
    }
    int length = PackedGrain.checkLength(marker.packedBytes(), header.grainBytes(), place);
    byte[] packed = new byte[length];
    int inFirst = Math.min(length, SECTOR_BYTES - PackedGrain.MARKER_BYTES);
    System.arraycopy(sector, PackedGrain.MARKER_BYTES, packed, 0, inFirst);
    if (inFirst < length) {
      readFully(packed, inFirst, length - inFirst);
      skipPadding();
    }
    int needed = header.grainBytesAt(first / header.grainSectors());
    byte[] grain = PackedGrain.unpack(packed, length, header.grainBytes(), needed, place);
    target.writeAt(first * SECTOR_BYTES, ByteBuffer.wrap(grain, 0, needed));
  }

  /** The last grain of a stream without end may lack its padding. */
  private void skipPadding() throws IOException {
    int padding = (int) (-position & (SECTOR_BYTES - 1));
    position += in.readNBytes(sector, 0, padding);
  }

  /** Reads the next marker; returns how much of its sector there is, 0 at the end. */
  private int readMarkerSector() throws IOException {
    int count = in.readNBytes(sector, 0, SECTOR_BYTES);
    position += count;
    if (count > 0 && count <= PackedGrain.MARKER_BYTES) {
      throw cutShort();
    }
    // A small last grain may lack its padding; what is missing of a longer one shows in its bytes.
    Arrays.fill(sector, count, SECTOR_BYTES, (byte) 0);
    return count;
  }

  private void readSector() throws IOException {
    readFully(sector, 0, SECTOR_BYTES);
  }

  private void readFully(byte[] target, int offset, int length) throws IOException {
    int count = in.readNBytes(target, offset, length);
    position += count;
    if (count < length) {
      throw cutShort();
    }
  }

  private BlockError cutShort() {
    return new BlockError(Kind.CORRUPT, "'%s' is cut short at byte %d".formatted(name, position));
  }
}
