package dev.vcsnap.disk.convert;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;

/**
 * Copies a disk into a new one of another form: a chain, a sparse file or a stream into a flat disk
 * or a stream.
 *
 * <p>The new disk is as large and reads the same; it has an identity of its own and no parent. What
 * fails half way, or is cancelled, leaves nothing behind; an existing file is never touched.
 */
public final class DiskConverter {

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
      new FlatCopy(factory).make(disk.device(), target, thin, adapter, progress);
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
          StreamWriter.descriptorFor(device.sizeBytes(), cid, longContentId, disk.ddb());
      try (DiskFile file = files.create(target)) {
        try {
          streams.write(
              device,
              descriptor,
              new FileOutput(file),
              done -> FlatCopy.report(progress, done, device.sizeBytes()));
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

  /** The first failure is the one to tell; that the rest could not be removed goes with it. */
  static void remove(RuntimeException failure, Runnable removal) {
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
