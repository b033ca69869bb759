package dev.vcsnap.disk.vmdk.hosted;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.Bounds;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.Descriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A monolithicSparse or streamOptimized file as a disk to read.
 *
 * <p>The directory may stand in front (monolithicSparse, and QEMU's streams) or be named by a
 * footer (everybody else's streams). The redundant directory is not looked at. A delta of a hosted
 * product is refused, because half of its bytes are in another file.
 *
 * <pre>
 * end - 1536  footer marker: u64 1, u32 0, u32 3, zeros
 * end - 1024  footer: the header, with the directory's place
 * end -  512  end-of-stream marker: zeros
 * </pre>
 */
public final class HostedSparseReader implements BlockDevice {

  private static final int FOOTER_MARKER = 3;
  private static final int TAIL_BYTES = 3 * SECTOR_BYTES;
  private static final int KEPT_GRAINS = 8;
  private static final byte[] ZEROS = new byte[1 << 16];

  private final DiskFile file;
  private final long fileBytes;
  private final HostedHeader header;
  private final GrainTables tables;
  private final Optional<Descriptor> descriptor;
  private final Map<Long, byte[]> unpacked = new LinkedHashMap<>(16, 0.75f, true);

  private HostedSparseReader(
      DiskFile file,
      long fileBytes,
      HostedHeader header,
      GrainTables tables,
      Optional<Descriptor> descriptor) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.header = header;
    this.tables = tables;
    this.descriptor = descriptor;
  }

  /** Takes over an open file; when it is refused, the file stays the caller's. */
  public static HostedSparseReader open(DiskFile file) {
    long fileBytes = file.size();
    if (fileBytes < SECTOR_BYTES) {
      throw new BlockError(
          Kind.NOT_THIS_FORMAT, "'%s' has %d bytes: no header".formatted(file.path(), fileBytes));
    }
    HostedHeader front =
        HostedHeader.parse(read(file, 0, SECTOR_BYTES), "'%s', header".formatted(file.path()));
    Optional<Descriptor> descriptor = readDescriptor(file, fileBytes, front);
    HostedHeader header =
        front.directoryOffset() == HostedHeader.DIRECTORY_AT_END
            ? readFooter(file, fileBytes, front)
            : front;
    GrainTables tables = GrainTables.open(file, header);
    return new HostedSparseReader(file, fileBytes, header, tables, descriptor);
  }

  private static ByteBuffer read(DiskFile file, long at, int bytes) {
    ByteBuffer content = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.readAt(at, content);
    return content.flip();
  }

  private static Optional<Descriptor> readDescriptor(
      DiskFile file, long fileBytes, HostedHeader header) {
    if (header.descriptorSectors() == 0 || header.descriptorOffset() == 0) {
      return Optional.empty();
    }
    long at = header.descriptorOffset() * SECTOR_BYTES;
    int length = header.descriptorSectors() * SECTOR_BYTES;
    if (at > fileBytes - length) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' has %d bytes; its descriptor of %d bytes at byte %d leaves it"
              .formatted(file.path(), fileBytes, length, at));
    }
    String text = StandardCharsets.UTF_8.decode(read(file, at, length)).toString();
    return Optional.of(
        EmbeddedDescriptor.parse(text, "'%s', descriptor at byte %d".formatted(file.path(), at)));
  }

  private static HostedHeader readFooter(DiskFile file, long fileBytes, HostedHeader front) {
    long at = fileBytes - TAIL_BYTES;
    if (at < SECTOR_BYTES) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' is cut short at byte %d: no footer".formatted(file.path(), fileBytes));
    }
    ByteBuffer tail = read(file, at, TAIL_BYTES);
    boolean marked =
        tail.getLong(0) == 1 && tail.getInt(8) == 0 && tail.getInt(12) == FOOTER_MARKER;
    boolean ended = true;
    for (int i = 2 * SECTOR_BYTES; i < TAIL_BYTES; i += Long.BYTES) {
      ended &= tail.getLong(i) == 0;
    }
    if (!marked || !ended) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' has no footer at byte %d: it is cut short, or something follows its end"
              .formatted(file.path(), at));
    }
    String place = "'%s', footer at byte %d".formatted(file.path(), at + SECTOR_BYTES);
    HostedHeader footer;
    try {
      footer = HostedHeader.parse(tail.slice(SECTOR_BYTES, SECTOR_BYTES), place);
    } catch (BlockError error) {
      // The front said what the format is; a footer that is something else is damage.
      Kind kind = error.kind() == Kind.NOT_THIS_FORMAT ? Kind.CORRUPT : error.kind();
      throw new BlockError(kind, String.valueOf(error.getMessage()), error);
    }
    if (footer.capacitySectors() != front.capacitySectors()
        || footer.grainSectors() != front.grainSectors()
        || footer.compressed() != front.compressed()) {
      throw new BlockError(Kind.CORRUPT, place + ": it contradicts the header");
    }
    if (footer.directoryOffset() == HostedHeader.DIRECTORY_AT_END) {
      throw new BlockError(Kind.CORRUPT, place + ": it does not name the directory");
    }
    return footer;
  }

  /** The descriptor inside the file, if it has one. */
  public Optional<Descriptor> descriptor() {
    return descriptor;
  }

  @Override
  public long sizeBytes() {
    return header.sizeBytes();
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    Bounds.check(offset, target.remaining(), sizeBytes());
    int end = target.limit();
    long position = offset;
    while (target.position() < end) {
      long grain = position / header.grainBytes();
      int within = (int) (position % header.grainBytes());
      int count = Math.min(header.grainBytes() - within, end - target.position());
      long sector = tables.sectorOf(grain);
      if (isStored(sector)) {
        if (header.compressed()) {
          target.put(unpacked(grain, sector), within, count);
        } else {
          target.limit(target.position() + count);
          file.readAt(sector * SECTOR_BYTES + within, target);
          target.limit(end);
        }
      } else {
        putZeros(target, count);
      }
      position += count;
    }
  }

  private boolean isStored(long sector) {
    return sector != GrainTables.ABSENT && !(sector == GrainTables.ZERO && header.zeroEntries());
  }

  private static void putZeros(ByteBuffer target, int count) {
    int left = count;
    while (left > 0) {
      int step = Math.min(left, ZEROS.length);
      target.put(ZEROS, 0, step);
      left -= step;
    }
  }

  private byte[] unpacked(long grain, long sector) {
    synchronized (unpacked) {
      byte[] known = unpacked.get(grain);
      if (known != null) {
        return known;
      }
    }
    byte[] bytes = unpack(grain, sector);
    synchronized (unpacked) {
      unpacked.put(grain, bytes);
      if (unpacked.size() > KEPT_GRAINS) {
        unpacked.remove(unpacked.keySet().iterator().next());
      }
    }
    return bytes;
  }

  private byte[] unpack(long grain, long sector) {
    long at = sector * SECTOR_BYTES;
    String place = "'%s', grain %d at byte %d".formatted(file.path(), grain, at);
    ByteBuffer marker = read(file, at, PackedGrain.MARKER_BYTES);
    if (marker.getLong(0) != grain * header.grainSectors()) {
      throw new BlockError(
          Kind.CORRUPT,
          "%s: its marker is for sector %s of the disk"
              .formatted(place, Long.toUnsignedString(marker.getLong(0))));
    }
    int length = PackedGrain.checkLength(marker.getInt(8), header.grainBytes(), place);
    long data = at + PackedGrain.MARKER_BYTES;
    if (data > fileBytes - length) {
      throw new BlockError(
          Kind.CORRUPT,
          "%s: its %d bytes leave the file of %d".formatted(place, length, fileBytes));
    }
    byte[] packed = new byte[length];
    file.readAt(data, ByteBuffer.wrap(packed));
    return PackedGrain.unpack(
        packed, length, header.grainBytes(), header.grainBytesAt(grain), place);
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes());
    List<BlockStatus> pieces = new ArrayList<>();
    long end = offset + length;
    long start = offset;
    long position = offset;
    BlockStatus.Kind kind = BlockStatus.Kind.HOLE;
    while (position < end) {
      long grain = position / header.grainBytes();
      long run = Math.max(1, tables.withoutTable(grain));
      BlockStatus.Kind next =
          isStored(tables.sectorOf(grain)) ? BlockStatus.Kind.DATA : BlockStatus.Kind.HOLE;
      if (next != kind) {
        if (position > start) {
          pieces.add(new BlockStatus(start, position - start, kind));
        }
        start = position;
        kind = next;
      }
      position = Math.min((grain + run) * header.grainBytes(), end);
    }
    if (end > start) {
      pieces.add(new BlockStatus(start, end - start, kind));
    }
    return pieces;
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    throw readOnly();
  }

  @Override
  public void writeZeroesAt(long offset, long length) {
    throw readOnly();
  }

  @Override
  public void discardAt(long offset, long length) {
    throw readOnly();
  }

  private BlockError readOnly() {
    return new BlockError(Kind.READ_ONLY, "'%s' is open for reading".formatted(file.path()));
  }

  @Override
  public void flush() {
    // Nothing is ever written.
  }

  @Override
  public void close() {
    file.close();
  }
}
