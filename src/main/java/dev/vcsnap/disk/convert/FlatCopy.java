package dev.vcsnap.disk.convert;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;

/**
 * Copies whatever can be read into a new flat disk, which has an identity of its own and no parent.
 */
public final class FlatCopy {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 1 << 16;

  /** Status is asked for in such pieces, so that its list stays small on any disk. */
  private static final long WINDOW_BYTES = 256L << 20;

  private final DiskFactory factory;

  public FlatCopy(DiskFactory factory) {
    this.factory = factory;
  }

  /**
   * Makes {@code X.vmdk} and {@code X-flat.vmdk}; what fails half way, or is cancelled, leaves
   * nothing behind.
   *
   * @param thin storage only where there is something; otherwise for all of it
   * @throws CancellationException when the progress says so
   */
  public void make(
      BlockDevice source,
      Path target,
      boolean thin,
      String adapterType,
      ConversionProgress progress) {
    factory.createFlat(target, source.sizeBytes(), thin, adapterType);
    try (BlockDevice flat = factory.open(target, OpenMode.READ_WRITE)) {
      copy(source, flat, progress);
      flat.flush();
    } catch (RuntimeException failure) {
      DiskConverter.remove(failure, () -> factory.delete(target));
      throw failure;
    }
  }

  /** Copies what is there into a disk that is zeros, and at least as large. */
  public static void copy(BlockDevice source, BlockDevice target, ConversionProgress progress) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    long size = source.sizeBytes();
    for (long start = 0; start < size; start += WINDOW_BYTES) {
      long length = Math.min(WINDOW_BYTES, size - start);
      for (BlockStatus piece : source.statusOf(start, length)) {
        long end = piece.offset() + piece.length();
        if (piece.kind() == BlockStatus.Kind.DATA) {
          for (long at = piece.offset(); at < end; at += CHUNK_BYTES) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
            source.readAt(at, chunk);
            writeWhatIsThere(target, at, chunk.flip());
            report(progress, at + chunk.limit(), size);
          }
        }
      }
      report(progress, start + length, size);
    }
  }

  /** The target is zeros already, so pieces of zeros need no storage and no time. */
  private static void writeWhatIsThere(BlockDevice target, long offset, ByteBuffer chunk) {
    int end = chunk.limit();
    int from = 0;
    for (int at = 0; at < end; at += PIECE_BYTES) {
      int stop = Math.min(at + PIECE_BYTES, end);
      if (Zeros.isZero(chunk, at, stop)) {
        write(target, offset, chunk, from, at);
        from = stop;
      }
    }
    write(target, offset, chunk, from, end);
    chunk.limit(end);
  }

  private static void write(BlockDevice target, long offset, ByteBuffer chunk, int from, int to) {
    if (to > from) {
      target.writeAt(offset + from, chunk.slice(from, to - from));
    }
  }

  static void report(ConversionProgress progress, long done, long total) {
    if (progress.cancelled()) {
      throw new CancellationException("the conversion was cancelled");
    }
    progress.converted(done, total);
  }
}
