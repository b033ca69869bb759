package dev.vcsnap.disk.convert;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.disk.vmdk.ExtentLine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;

/**
 * A flat disk that nobody else has open, for what is done to its storage as a whole.
 *
 * <p>Every change is safe to be cut: the disk reads the same before and after, or for {@link #wipe}
 * is partly zeros, and the change can be made again.
 */
public final class BaseDisk implements AutoCloseable {

  private static final String THIN = "ddb.thinProvisioned";
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 1 << 16;

  /** How storage is given to a disk. */
  public enum Provisioning {
    /** With the first write. */
    THIN,
    /** All of it reserved; it is zeroed with the first write. */
    LAZY_THICK,
    /** All of it written. */
    EAGER_THICK
  }

  private final DescriptorFiles descriptors;
  private final Path path;
  private final DiskFile file;
  private Descriptor descriptor;

  private BaseDisk(DescriptorFiles descriptors, Path path, Descriptor descriptor, DiskFile file) {
    this.descriptors = descriptors;
    this.path = path;
    this.descriptor = descriptor;
    this.file = file;
  }

  /**
   * Opens a disk.
   *
   * @throws BlockError LOCKED while somebody has it open, UNSUPPORTED for one that is not flat or
   *     has a parent
   */
  public static BaseDisk open(DiskFiles files, Path path) {
    DescriptorFiles descriptors = new DescriptorFiles(files);
    Descriptor descriptor = descriptors.read(path);
    ExtentLine line = requireFlat(path, descriptor);
    DiskFile file = files.open(DescriptorFiles.beside(path, line.fileName()), true);
    try {
      file.lock(DiskFile.Lock.EXCLUSIVE);
      return new BaseDisk(descriptors, path, descriptor, file);
    } catch (BlockError locked) {
      file.close();
      throw locked;
    }
  }

  /** How a flat disk that may be in use is provisioned. */
  public static Provisioning provisioning(DiskFiles files, Path path) {
    Descriptor descriptor = new DescriptorFiles(files).read(path);
    ExtentLine line = requireFlat(path, descriptor);
    if ("1".equals(descriptor.ddb().get(THIN))) {
      return Provisioning.THIN;
    }
    try (DiskFile file = files.open(DescriptorFiles.beside(path, line.fileName()), false)) {
      return file.nextHole(0) < line.sectors() * 512
          ? Provisioning.LAZY_THICK
          : Provisioning.EAGER_THICK;
    }
  }

  private static ExtentLine requireFlat(Path path, Descriptor descriptor) {
    ExtentLine line = descriptor.extents().getFirst();
    boolean flat = line.type().equals("VMFS") || line.type().equals("FLAT");
    if (descriptor.hasParent()
        || descriptor.extents().size() != 1
        || !flat
        || line.offsetSectors() != 0) {
      throw new BlockError(
          Kind.UNSUPPORTED, path, "'%s' is not a flat disk without parent".formatted(path), null);
    }
    return line;
  }

  public boolean isThin() {
    return "1".equals(descriptor.ddb().get(THIN));
  }

  private long sizeBytes() {
    return descriptor.sectors() * 512;
  }

  /** Writes zeros wherever nothing was written yet; a thin disk becomes a thick one. */
  public void fill(ConversionProgress progress) {
    ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
    long size = sizeBytes();
    long at = Math.min(file.nextHole(0), size);
    while (at < size) {
      long end = Math.min(file.nextData(at), size);
      while (at < end) {
        zeros.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
        file.writeAt(at, zeros);
        at += zeros.limit();
        report(progress, at);
      }
      at = at < size ? Math.min(file.nextHole(at), size) : size;
    }
    file.sync();
    if (isThin()) {
      descriptor = descriptor.withDdb(THIN, null);
      descriptors.write(path, descriptor);
    }
  }

  /** Makes all of it read as zeros; a thin disk gives its storage back. */
  public void wipe(ConversionProgress progress) {
    boolean thin = isThin();
    for (long at = 0; at < sizeBytes(); at += CHUNK_BYTES * 64L) {
      long length = Math.min(CHUNK_BYTES * 64L, sizeBytes() - at);
      if (thin) {
        file.punch(at, length);
      } else {
        writeZeros(at, length);
      }
      report(progress, at + length);
    }
    file.sync();
  }

  private void writeZeros(long offset, long length) {
    ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
    for (long done = 0; done < length; done += zeros.limit()) {
      zeros.clear().limit((int) Math.min(CHUNK_BYTES, length - done));
      file.writeAt(offset + done, zeros);
    }
  }

  /** Gives the storage of pieces of zeros back; a thick disk keeps its own. */
  public void shrink(ConversionProgress progress) {
    if (!isThin()) {
      return;
    }
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    long size = sizeBytes();
    long at = file.nextData(0) / CHUNK_BYTES * CHUNK_BYTES;
    while (at < size) {
      int length = (int) Math.min(CHUNK_BYTES, size - at);
      chunk.clear().limit(length);
      file.readAt(at, chunk);
      for (int piece = 0; piece < length; piece += PIECE_BYTES) {
        int end = Math.min(piece + PIECE_BYTES, length);
        if (Zeros.isZero(chunk, piece, end)) {
          file.punch(at + piece, end - piece);
        }
      }
      report(progress, at + length);
      at = Math.max(at + length, file.nextData(at + length) / CHUNK_BYTES * CHUNK_BYTES);
    }
    file.sync();
  }

  /** Gives a key of the disk data base another value. */
  public void note(String key, String value) {
    descriptor = descriptor.withDdb(key, value);
    descriptors.write(path, descriptor);
  }

  private void report(ConversionProgress progress, long done) {
    if (progress.cancelled()) {
      throw new CancellationException("the work on the disk was cancelled");
    }
    progress.converted(done, sizeBytes());
  }

  @Override
  public void close() {
    file.close();
  }
}
