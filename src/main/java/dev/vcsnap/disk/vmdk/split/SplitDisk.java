package dev.vcsnap.disk.vmdk.split;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.Bounds;
import dev.vcsnap.disk.block.ReadOnlyDevice;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.disk.vmdk.ExtentLine;
import dev.vcsnap.disk.vmdk.hosted.HostedSparseReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A disk without parent whose descriptor names its extents one after the other, to read: flat ones
 * that start anywhere in their file, sparse ones and zeros.
 *
 * <p>That covers twoGbMaxExtentSparse, twoGbMaxExtentFlat, monolithicFlat and custom mixtures of
 * them. An extent may be RW or RDONLY, which is the same to a reader. Its file lies beside the
 * descriptor: a name that leads elsewhere is refused, so that a descriptor from outside cannot have
 * the host's other files read.
 */
public final class SplitDisk implements ReadOnlyDevice {

  private static final long SECTOR_BYTES = 512;

  private final Path path;
  private final long sizeBytes;
  private final NavigableMap<Long, Part> parts;

  private SplitDisk(Path path, long sizeBytes, NavigableMap<Long, Part> parts) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.parts = parts;
  }

  /**
   * Opens every extent.
   *
   * @throws BlockError UNSUPPORTED for a delta and for extents of another type, CORRUPT when a file
   *     is shorter or of another length than the descriptor says
   */
  public static SplitDisk open(DiskFiles files, Path path, Descriptor descriptor) {
    if (descriptor.hasParent()) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "'%s' is a delta of type %s; only disks without parent are read from such extents"
              .formatted(path, descriptor.createType()));
    }
    TreeMap<Long, Part> parts = new TreeMap<>();
    long sectors = 0;
    try {
      for (ExtentLine line : descriptor.extents()) {
        if (line.sectors() > 0) {
          parts.put(sectors * SECTOR_BYTES, open(files, path, line));
          sectors += line.sectors();
        }
      }
    } catch (BlockError refused) {
      parts.values().forEach(Part::close);
      throw refused;
    }
    return new SplitDisk(path, sectors * SECTOR_BYTES, parts);
  }

  private static Part open(DiskFiles files, Path path, ExtentLine line) {
    if (line.access().equals("NOACCESS")) {
      throw new BlockError(
          Kind.UNSUPPORTED, "'%s' has an extent that is NOACCESS: it is not read".formatted(path));
    }
    return switch (line.type()) {
      case "ZERO" -> new Part.Zero();
      case "FLAT", "VMFS" -> openFlat(files.open(fileOf(path, line), false), line);
      case "SPARSE" -> openSparse(files.open(fileOf(path, line), false), line);
      default ->
          throw new BlockError(
              Kind.UNSUPPORTED,
              "'%s' has an extent of type %s; FLAT, VMFS, SPARSE and ZERO are read"
                  .formatted(path, line.type()));
    };
  }

  /** The extent's file; a name that leads out of the descriptor's directory is refused. */
  public static Path fileOf(Path descriptor, ExtentLine line) {
    return DescriptorFiles.beside(descriptor, line.fileName());
  }

  private static Part openFlat(DiskFile file, ExtentLine line) {
    long firstByte = line.offsetSectors() * SECTOR_BYTES;
    long endByte = firstByte + line.sectors() * SECTOR_BYTES;
    try {
      if (file.size() < endByte) {
        throw new BlockError(
            Kind.CORRUPT,
            "'%s' has %d bytes; its descriptor says %d"
                .formatted(file.path(), file.size(), endByte));
      }
      return new Part.Flat(file, firstByte);
    } catch (BlockError refused) {
      file.close();
      throw refused;
    }
  }

  private static Part openSparse(DiskFile file, ExtentLine line) {
    try {
      if (line.offsetSectors() != 0) {
        throw new BlockError(
            Kind.UNSUPPORTED,
            "'%s' is a sparse extent that starts at sector %d"
                .formatted(file.path(), line.offsetSectors()));
      }
      return new Part.Sparse(HostedSparseReader.openExtent(file, line.sectors()));
    } catch (BlockError refused) {
      file.close();
      throw refused;
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    Bounds.check(offset, target.remaining(), sizeBytes);
    int end = target.limit();
    long position = offset;
    while (target.position() < end) {
      Map.Entry<Long, Part> part = parts.floorEntry(position);
      int count = (int) Math.min(endOf(part) - position, end - target.position());
      target.limit(target.position() + count);
      part.getValue().readAt(position - part.getKey(), target);
      target.limit(end);
      position += count;
    }
  }

  private long endOf(Map.Entry<Long, Part> part) {
    Long next = parts.higherKey(part.getKey());
    return next == null ? sizeBytes : next;
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes);
    List<BlockStatus> pieces = new ArrayList<>();
    long position = offset;
    while (position < offset + length) {
      Map.Entry<Long, Part> part = parts.floorEntry(position);
      long count = Math.min(endOf(part), offset + length) - position;
      long start = part.getKey();
      part.getValue().status(position - start, count, piece -> add(pieces, start, piece));
      position += count;
    }
    return pieces;
  }

  private static void add(List<BlockStatus> pieces, long start, BlockStatus piece) {
    BlockStatus last = pieces.isEmpty() ? null : pieces.getLast();
    if (last != null && last.kind() == piece.kind()) {
      pieces.removeLast();
      pieces.add(new BlockStatus(last.offset(), last.length() + piece.length(), last.kind()));
    } else {
      pieces.add(new BlockStatus(start + piece.offset(), piece.length(), piece.kind()));
    }
  }

  @Override
  public BlockError refusal() {
    return new BlockError(Kind.READ_ONLY, "'%s' is open for reading".formatted(path));
  }

  @Override
  public void close() {
    parts.values().forEach(Part::close);
  }
}
