package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.flat.FlatExtent;
import dev.vcsnap.disk.vmdk.sesparse.SeSparseExtent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;

/** One open file pair of a chain: a descriptor and its extent. */
abstract sealed class Link {

  /** Bytes of a grain in this package: the smallest piece that a delta holds. */
  static final int GRAIN_BYTES = SeSparseExtent.GRAIN_SIZE_BYTES;

  private final Path path;
  private final byte id;
  private volatile Descriptor descriptor;

  private Link(Path path, byte id, Descriptor descriptor) {
    this.path = path;
    this.id = id;
    this.descriptor = descriptor;
  }

  /** The descriptor's file. */
  Path path() {
    return path;
  }

  /** The link's number in owner maps, unique among the open links of a disk. */
  byte id() {
    return id;
  }

  Descriptor descriptor() {
    return descriptor;
  }

  /** Notes that the descriptor's file was replaced. */
  void replaced(Descriptor newDescriptor) {
    descriptor = newDescriptor;
  }

  abstract DiskFile file();

  /** Takes whole grains from a merge. */
  abstract void put(long grain, ByteBuffer source);

  /** Takes zero grains from a merge. */
  abstract void putZeros(long grain, int count);

  abstract void flush();

  abstract long allocatedBytes();

  /** Describes what this link itself holds; what it leaves to its parent is left out. */
  abstract void held(Consumer<BlockStatus> sink);

  void close() {
    file().close();
  }

  /** The bottom of a chain. */
  static final class Base extends Link {
    final FlatExtent extent;
    private final long sizeBytes;

    Base(Path path, Descriptor descriptor, FlatExtent extent) {
      super(path, OwnerMap.BASE, descriptor);
      this.extent = extent;
      this.sizeBytes = descriptor.sectors() * 512;
    }

    @Override
    DiskFile file() {
      return extent.file();
    }

    @Override
    void put(long grain, ByteBuffer source) {
      long offset = grain * GRAIN_BYTES;
      int end = source.limit();
      source.limit(source.position() + (int) Math.min(source.remaining(), sizeBytes - offset));
      extent.writeAt(offset, source);
      source.limit(end).position(end);
    }

    @Override
    void putZeros(long grain, int count) {
      long offset = grain * GRAIN_BYTES;
      extent.zero(offset, Math.min((long) count * GRAIN_BYTES, sizeBytes - offset));
    }

    @Override
    void flush() {
      extent.flush();
    }

    @Override
    long allocatedBytes() {
      return extent.allocatedBytes();
    }

    @Override
    void held(Consumer<BlockStatus> sink) {
      extent.status(
          0,
          sizeBytes,
          piece -> {
            if (piece.kind() != BlockStatus.Kind.HOLE) {
              sink.accept(piece);
            }
          });
    }
  }

  /** A link above another. */
  static final class Delta extends Link {
    final SeSparseExtent extent;
    private final long sizeBytes;

    Delta(Path path, byte id, Descriptor descriptor, SeSparseExtent extent) {
      super(path, id, descriptor);
      this.extent = extent;
      this.sizeBytes = descriptor.sectors() * 512;
    }

    @Override
    DiskFile file() {
      return extent.file();
    }

    @Override
    void put(long grain, ByteBuffer source) {
      extent.writeGrains(grain, source);
    }

    @Override
    void putZeros(long grain, int count) {
      extent.zeroGrains(grain, count);
    }

    @Override
    void flush() {
      extent.flush();
    }

    @Override
    long allocatedBytes() {
      return extent.storedBytes();
    }

    @Override
    void held(Consumer<BlockStatus> sink) {
      StatusJoiner joiner = new StatusJoiner(sink);
      int region = extent.nextRegion(0);
      while (region < extent.regionCount()) {
        long first = (long) region * SeSparseExtent.REGION_GRAINS;
        for (long grain = first; grain < first + SeSparseExtent.REGION_GRAINS; grain++) {
          long offset = grain * GRAIN_BYTES;
          long slot = extent.slotOf(grain);
          if (slot != SeSparseExtent.ABSENT && offset < sizeBytes) {
            long length = Math.min(GRAIN_BYTES, sizeBytes - offset);
            joiner.accept(
                new BlockStatus(
                    offset, length, slot >= 0 ? BlockStatus.Kind.DATA : BlockStatus.Kind.HOLE));
          }
        }
        region = extent.nextRegion(region + 1);
      }
      joiner.finish();
    }
  }
}
