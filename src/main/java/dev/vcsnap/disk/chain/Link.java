package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.flat.FlatExtent;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;

/** One open file pair of a chain: a descriptor and its extent. */
abstract sealed class Link {

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

  /** Takes whole grains from a merge; what reaches beyond the disk is left out. */
  abstract void put(long offset, ByteBuffer source);

  /** Takes zero grains from a merge. */
  abstract void putZeros(long offset, long length);

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
    void put(long offset, ByteBuffer source) {
      int end = source.limit();
      source.limit(source.position() + (int) Math.min(source.remaining(), sizeBytes - offset));
      extent.writeAt(offset, source);
      source.limit(end).position(end);
    }

    @Override
    void putZeros(long offset, long length) {
      extent.zero(offset, Math.min(length, sizeBytes - offset));
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
    final SparseExtent extent;
    private final long sizeBytes;

    Delta(Path path, byte id, Descriptor descriptor, SparseExtent extent) {
      super(path, id, descriptor);
      this.extent = extent;
      this.sizeBytes = descriptor.sectors() * 512;
    }

    /** Whether anything was ever written here, zeros included. */
    boolean holdsAny() {
      return extent.nextRegion(0) < extent.regionCount();
    }

    @Override
    DiskFile file() {
      return extent.file();
    }

    @Override
    void put(long offset, ByteBuffer source) {
      extent.writeGrains(offset / extent.grainBytes(), source);
    }

    @Override
    void putZeros(long offset, long length) {
      extent.zeroGrains(
          offset / extent.grainBytes(), (int) Math.ceilDiv(length, (long) extent.grainBytes()));
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
      long grainBytes = extent.grainBytes();
      long grainCount = Math.ceilDiv(sizeBytes, grainBytes);
      int region = extent.nextRegion(0);
      while (region < extent.regionCount()) {
        long grain = (long) region * SparseExtent.regionGrains();
        long end = Math.min(grain + SparseExtent.regionGrains(), grainCount);
        while (grain < end) {
          int run = extent.run(grain, (int) (end - grain));
          if (extent.holds(grain)) {
            long offset = grain * grainBytes;
            BlockStatus.Kind kind =
                extent.slotOf(grain) >= 0 ? BlockStatus.Kind.DATA : BlockStatus.Kind.HOLE;
            long length = Math.min(run * grainBytes, sizeBytes - offset);
            joiner.accept(new BlockStatus(offset, length, kind));
          }
          grain += run;
        }
        region = extent.nextRegion(region + 1);
      }
      joiner.finish();
    }

    @Override
    void close() {
      extent.close();
    }
  }
}
