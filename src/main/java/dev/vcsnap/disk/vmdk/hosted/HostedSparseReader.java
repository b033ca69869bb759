package dev.vcsnap.disk.vmdk.hosted;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.Bounds;
import dev.vcsnap.disk.block.ReadOnlyDevice;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.Descriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
 */
public final class HostedSparseReader implements ReadOnlyDevice {

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
    HostedFront front = HostedFront.read(file);
    return open(file, front, front.descriptor(file));
  }

  /**
   * Takes over an open file that a descriptor names as its extent; what stands in the place of its
   * own descriptor is not looked at.
   *
   * @param sectors the extent's length in the descriptor
   */
  public static HostedSparseReader openExtent(DiskFile file, long sectors) {
    HostedFront front = HostedFront.read(file);
    front.requireSectors(file, sectors);
    return open(file, front, Optional.empty());
  }

  private static HostedSparseReader open(
      DiskFile file, HostedFront front, Optional<Descriptor> descriptor) {
    GrainTables tables = GrainTables.open(file, front.header());
    return new HostedSparseReader(file, file.size(), front.header(), tables, descriptor);
  }

  /** The smallest piece of the disk that the file holds or leaves out. */
  public int grainBytes() {
    return header.grainBytes();
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
    ByteBuffer marker =
        ByteBuffer.allocate(PackedGrain.MARKER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.readAt(at, marker);
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
  public BlockError refusal() {
    return new BlockError(Kind.READ_ONLY, "'%s' is open for reading".formatted(file.path()));
  }

  @Override
  public void close() {
    file.close();
  }
}
