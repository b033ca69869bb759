package dev.vcsnap.disk.convert;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Copies a disk into a new one of another form: a chain, a sparse file or a stream into a flat disk
 * or a stream.
 *
 * <p>The new disk is as large and reads the same; it has an identity of its own and no parent. What
 * fails half way, or is cancelled, leaves nothing behind; an existing file is never touched.
 */
public final class DiskConverter {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 1 << 16;

  /** Status is asked for in such pieces, so that its list stays small on any disk. */
  private static final long WINDOW_BYTES = 256L << 20;

  private static final String DEFAULT_ADAPTER = "lsilogic";

  private final DiskFiles files;
  private final Ids ids;
  private final DiskFactory factory;
  private final DiskOpener opener;
  private final StreamWriter streams;

  public DiskConverter(Ids ids, Clock clock, StreamWriter streams) {
    this(ids, clock, streams, new HostFiles());
  }

  /**
   * @param streams how streams are packed
   * @param files where the disks are; a test may record or break it
   */
  public DiskConverter(Ids ids, Clock clock, StreamWriter streams, DiskFiles files) {
    this.files = files;
    this.ids = ids;
    this.factory = new DiskFactory(ids, clock, files);
    this.opener = new DiskOpener(files, factory);
    this.streams = streams;
  }

  /**
   * Makes {@code X.vmdk} and {@code X-flat.vmdk}.
   *
   * @param thin storage only where there is something; otherwise for all of it
   * @return the disk's size in bytes
   * @throws CancellationException when the progress says so
   */
  public long toFlat(Path source, Path target, boolean thin, ConversionProgress progress) {
    try (DiskOpener.OpenDisk disk = opener.open(source)) {
      String adapter = disk.ddb().getOrDefault("ddb.adapterType", DEFAULT_ADAPTER);
      factory.createFlat(target, disk.device().sizeBytes(), thin, adapter);
      try (BlockDevice flat = factory.open(target, OpenMode.READ_WRITE)) {
        copy(disk.device(), flat, progress);
        flat.flush();
      } catch (RuntimeException failure) {
        remove(failure, () -> factory.delete(target));
        throw failure;
      }
      return disk.device().sizeBytes();
    }
  }

  /**
   * Makes a streamOptimized file.
   *
   * @return the disk's size in bytes
   * @throws CancellationException when the progress says so
   */
  public long toStream(Path source, Path target, ConversionProgress progress) {
    try (DiskOpener.OpenDisk disk = opener.open(source)) {
      BlockDevice device = disk.device();
      int cid = ids.contentId();
      String longContentId = ids.hex(12) + HexFormat.of().toHexDigits(cid);
      Descriptor descriptor =
          StreamWriter.descriptorFor(
              device.sizeBytes(), cid, longContentId, travelling(disk.ddb()));
      try (DiskFile file = files.create(target)) {
        try {
          streams.write(
              device,
              descriptor,
              new FileOutput(file),
              done -> report(progress, done, device.sizeBytes()));
          file.sync();
          files.syncDirectory(directoryOf(target));
        } catch (RuntimeException failure) {
          remove(failure, () -> files.delete(target));
          throw failure;
        } catch (IOException failure) {
          BlockError error = new BlockError(Kind.IO, "cannot write '" + target + "'", failure);
          remove(error, () -> files.delete(target));
          throw error;
        }
      }
      return device.sizeBytes();
    }
  }

  /** What a stream says about a disk: how it is attached and shaped, not which one it is. */
  private static Map<String, String> travelling(Map<String, String> ddb) {
    Map<String, String> kept = new LinkedHashMap<>();
    kept.put("ddb.adapterType", DEFAULT_ADAPTER);
    ddb.forEach((key, value) -> {
      if (key.equals("ddb.adapterType")
          || key.startsWith("ddb.geometry.")
          || key.equals("ddb.virtualHWVersion")) {
        kept.put(key, value);
      }
    });
    return kept;
  }

  private static void copy(BlockDevice source, BlockDevice target, ConversionProgress progress) {
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

  private static void report(ConversionProgress progress, long done, long total) {
    if (progress.cancelled()) {
      throw new CancellationException("the conversion was cancelled");
    }
    progress.converted(done, total);
  }

  /** The first failure is the one to tell; that the rest could not be removed goes with it. */
  private static void remove(RuntimeException failure, Runnable removal) {
    try {
      removal.run();
    } catch (BlockError left) {
      failure.addSuppressed(left);
    }
  }

  private static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
