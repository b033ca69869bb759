package dev.vcsnap.disk.vmdk.flat;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A disk's bytes in one file, as they are: byte {@code n} of the disk is byte {@code n} of the
 * file.
 *
 * <p>Thin is a file with holes, thick one whose storage is reserved. The file does not tell which;
 * the descriptor's {@code ddb.thinProvisioned} does.
 */
public final class FlatExtent implements AutoCloseable {

  private final DiskFile file;
  private final long sizeBytes;
  private final boolean thin;

  private FlatExtent(DiskFile file, long sizeBytes, boolean thin) {
    this.file = file;
    this.sizeBytes = sizeBytes;
    this.thin = thin;
  }

  /** Makes the file and, for a thick disk, reserves all of it. */
  public static void create(DiskFiles files, Path path, long sizeBytes, boolean thin) {
    try (DiskFile file = files.create(path)) {
      try {
        file.resize(sizeBytes);
        if (!thin) {
          file.reserve(0, sizeBytes);
        }
        file.sync();
      } catch (BlockError failure) {
        files.delete(path);
        throw failure;
      }
    }
  }

  /**
   * Takes over an open file, which must be as long as the descriptor says. It may be longer:
   * growing a disk lengthens the file first.
   */
  public static FlatExtent open(DiskFile file, long sizeBytes, boolean thin) {
    long actual = file.size();
    if (actual < sizeBytes) {
      throw new BlockError(
          BlockError.Kind.CORRUPT,
          "'%s' has %d bytes; its descriptor says %d".formatted(file.path(), actual, sizeBytes));
    }
    return new FlatExtent(file, sizeBytes, thin);
  }

  /** Shortens a file that an interrupted growth left too long, when nothing was written there. */
  public void dropUnusedEnd() {
    long length = file.size();
    if (length > sizeBytes && file.nextData(sizeBytes) >= length) {
      file.resize(sizeBytes);
    }
  }

  /**
   * Lengthens the file durably; what is new reads as zeros.
   *
   * @param newSizeBytes more than now
   * @return the longer extent, in the same open file
   */
  public FlatExtent grow(long newSizeBytes) {
    long left = file.size() - sizeBytes;
    if (left > 0) {
      // What an interrupted attempt to grow left; nobody wrote it, but nobody may rely on that.
      file.zero(sizeBytes, left);
    }
    file.resize(newSizeBytes);
    if (!thin) {
      file.reserve(sizeBytes, newSizeBytes - sizeBytes);
    }
    file.sync();
    return new FlatExtent(file, newSizeBytes, thin);
  }

  public DiskFile file() {
    return file;
  }

  public void readAt(long offset, ByteBuffer target) {
    file.readAt(offset, target);
  }

  public void writeAt(long offset, ByteBuffer source) {
    file.writeAt(offset, source);
  }

  /** Makes the range zero: a thin disk gives the storage back, a thick one keeps it. */
  public void zero(long offset, long length) {
    if (thin) {
      file.punch(offset, length);
    } else {
      file.zero(offset, length);
    }
  }

  /** How many bytes from {@code offset} have no storage and need none; 0 on a thick disk. */
  public long holeBytes(long offset, long limit) {
    return thin ? Math.min(file.nextData(offset), limit) - offset : 0;
  }

  /** Describes the range piece by piece. */
  public void status(long offset, long length, Consumer<BlockStatus> sink) {
    BlockStatus.Kind empty = thin ? BlockStatus.Kind.HOLE : BlockStatus.Kind.ZERO;
    long end = offset + length;
    long position = offset;
    while (position < end) {
      long data = Math.min(file.nextData(position), end);
      if (data > position) {
        sink.accept(new BlockStatus(position, data - position, empty));
        position = data;
        continue;
      }
      // Storage may come and go meanwhile; at least one sector keeps the walk going.
      long hole =
          Math.clamp(file.nextHole(position), position + 512, Math.max(end, position + 512));
      long stop = Math.min(hole, end);
      sink.accept(new BlockStatus(position, stop - position, BlockStatus.Kind.DATA));
      position = stop;
    }
  }

  /** Bytes of storage: what was written when thin, everything when thick. */
  public long allocatedBytes() {
    return thin ? Math.min(file.allocatedBytes(), sizeBytes) : sizeBytes;
  }

  public void flush() {
    file.sync();
  }

  @Override
  public void close() {
    file.close();
  }
}
