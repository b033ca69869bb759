package dev.vcsnap.lease;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.Staging;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.convert.FlatCopy;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import dev.vcsnap.disk.vmdk.hosted.HostedSparseReader;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Fills an empty disk from whatever form of it arrives: a streamOptimized VMDK, which is taken as
 * it comes; a monolithicSparse one, whose grains can be found only when it is there as a whole; or
 * the plain bytes of a flat disk. Each may be packed by gzip as a whole, as files of packages are.
 */
final class DiskIntake {

  private static final int BUFFER_BYTES = 1 << 18;

  /** What may follow the end of a stream, such as the padding of an archive. */
  private static final int TRAILER_BYTES_MAX = 1 << 20;

  /** What a sparse file may have beyond the disk's bytes: its tables and its descriptor. */
  private static final long OVERHEAD_BYTES_MAX = 64 << 20;

  private static final byte[] GZIP = {0x1f, (byte) 0x8b};

  private static final byte[] DESCRIPTOR =
      "# Disk DescriptorFile".getBytes(StandardCharsets.US_ASCII);

  private final BlockDevice target;
  private final Datastore datastore;
  private final String name;

  DiskIntake(BlockDevice target, Datastore datastore, String name) {
    this.target = target;
    this.datastore = datastore;
    this.name = name;
  }

  /**
   * Fills the disk.
   *
   * @param announcedBytes how much will come, or -1
   * @throws BlockError for what is no disk, or is damaged or too large
   */
  void fill(InputStream body, long announcedBytes) throws IOException {
    var whole = new BufferedInputStream(body, BUFFER_BYTES);
    whole.mark(GZIP.length);
    boolean packed = Arrays.equals(whole.readNBytes(GZIP.length), GZIP);
    whole.reset();
    if (!packed || announcedBytes == target.sizeBytes()) {
      fillUnpacked(whole, announcedBytes);
      return;
    }
    try (var unpacked = new UnpackedInput(whole, BUFFER_BYTES)) {
      fillUnpacked(new BufferedInputStream(unpacked, BUFFER_BYTES), -1);
    } catch (ZipException | EOFException e) {
      throw new BlockError(
          Kind.CORRUPT, "'%s' cannot be unpacked: %s".formatted(name, e.getMessage()), e);
    }
  }

  private void fillUnpacked(BufferedInputStream whole, long announcedBytes) throws IOException {
    whole.mark(HostedHeader.SECTOR_BYTES);
    byte[] start = whole.readNBytes(HostedHeader.SECTOR_BYTES);
    if (start.length == 0) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, "'%s' came without a byte".formatted(name));
    }
    whole.reset();
    if (HostedHeader.startsLike(ByteBuffer.wrap(start))) {
      HostedHeader header =
          HostedHeader.parse(ByteBuffer.wrap(start), "'%s', header".formatted(name));
      requireRoom(header.sizeBytes());
      if (header.compressed()) {
        StreamReader.open(whole, name).copyTo(target, done -> giveWay());
        skipTrailer(whole);
      } else {
        fillFromSparse(whole);
      }
    } else if (startsWith(start, DESCRIPTOR)) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "'%s' is the descriptor of a disk without its bytes; send a streamOptimized file"
              .formatted(name));
    } else {
      fillFromPlain(whole, announcedBytes);
    }
  }

  private void requireRoom(long bytes) {
    if (bytes > target.sizeBytes()) {
      throw new BlockError(
          Kind.OUT_OF_BOUNDS,
          "'%s' is a disk of %d bytes; the machine's has %d"
              .formatted(name, bytes, target.sizeBytes()));
    }
  }

  private void skipTrailer(InputStream whole) throws IOException {
    if (whole.readNBytes(TRAILER_BYTES_MAX + 1).length > TRAILER_BYTES_MAX) {
      throw new BlockError(
          Kind.CORRUPT, "'%s' goes on long after the end of the stream".formatted(name));
    }
  }

  private void fillFromSparse(InputStream whole) throws IOException {
    try (Staging.Work work = datastore.staging().begin()) {
      Path file = work.receive(whole, target.sizeBytes() + OVERHEAD_BYTES_MAX);
      try (HostedSparseReader reader = HostedSparseReader.open(work.openFile(file))) {
        FlatCopy.copy(reader, target, (done, total) -> giveWay());
      }
    }
  }

  private void fillFromPlain(InputStream whole, long announcedBytes) throws IOException {
    long size = target.sizeBytes();
    if (announcedBytes >= 0 && announcedBytes != size) {
      throw new BlockError(
          Kind.NOT_THIS_FORMAT,
          "'%s' is no VMDK, and as plain bytes it would need %d; it has %d"
              .formatted(name, size, announcedBytes));
    }
    byte[] chunk = new byte[BUFFER_BYTES];
    byte[] zeros = new byte[BUFFER_BYTES];
    long at = 0;
    while (at < size) {
      int count = whole.readNBytes(chunk, 0, (int) Math.min(BUFFER_BYTES, size - at));
      if (count == 0) {
        throw new BlockError(
            Kind.CORRUPT,
            "'%s' is no VMDK, and as plain bytes it ends at %d of %d".formatted(name, at, size));
      }
      if (!Arrays.equals(chunk, 0, count, zeros, 0, count)) {
        target.writeAt(at, ByteBuffer.wrap(chunk, 0, count));
      }
      at += count;
      giveWay();
    }
    if (whole.read() >= 0) {
      throw new BlockError(
          Kind.CORRUPT, "'%s' has more than the %d bytes of its disk".formatted(name, size));
    }
  }

  /** What comes fast never makes a virtual thread wait, which would keep its carrier for itself. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void giveWay() {
    Thread.yield();
  }

  private static boolean startsWith(byte[] text, byte[] prefix) {
    return text.length >= prefix.length
        && Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length);
  }
}
