package dev.vcsnap.disk.convert;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.Bounds;
import dev.vcsnap.disk.block.ReadOnlyDevice;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.flat.FlatExtent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A file whose bytes are those of a disk, for reading; zeros fill its last sector. */
final class RawDisk implements ReadOnlyDevice {

  private static final int SECTOR_BYTES = 512;
  private static final int START_BYTES = 8;

  /** How files begin whose bytes are not a disk's, and what to do with them. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "QFI\u00fb", "qcow2 ('qemu-img convert -O raw' makes it readable)",
          "vhdxfile", "VHDX ('qemu-img convert -O raw' makes it readable)",
          "conectix", "VHD ('qemu-img convert -O raw' makes it readable)",
          "<<< ", "VDI ('qemu-img convert -O raw' makes it readable)",
          "\u001f\u008b", "packed with gzip",
          "(\u00b5/\u00fd", "packed with zstd");

  private final FlatExtent extent;
  private final long fileBytes;

  private RawDisk(FlatExtent extent, long fileBytes) {
    this.extent = extent;
    this.fileBytes = fileBytes;
  }

  /** Takes over an open file; when it is refused, the file stays the caller's. */
  static RawDisk open(DiskFile file) {
    long bytes = file.size();
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(START_BYTES, bytes));
    file.readAt(0, start);
    String text = StandardCharsets.ISO_8859_1.decode(start.flip()).toString();
    OTHERS.forEach((magic, name) -> {
      if (text.startsWith(magic)) {
        throw new BlockError(
            Kind.NOT_THIS_FORMAT,
            "'%s' is %s; expected a VMDK or the plain bytes of a disk"
                .formatted(file.path(), name));
      }
    });
    return new RawDisk(FlatExtent.open(file, bytes, true), bytes);
  }

  @Override
  public long sizeBytes() {
    return Math.ceilDiv(fileBytes, SECTOR_BYTES) * SECTOR_BYTES;
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    Bounds.check(offset, target.remaining(), sizeBytes());
    int limit = target.limit();
    int there = (int) Math.clamp(fileBytes - offset, 0L, target.remaining());
    target.limit(target.position() + there);
    extent.readAt(offset, target);
    target.limit(limit);
    while (target.hasRemaining()) {
      target.put((byte) 0);
    }
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes());
    List<BlockStatus> pieces = new ArrayList<>();
    extent.status(offset, length, pieces::add);
    return pieces;
  }

  @Override
  public BlockError refusal() {
    return new BlockError(
        Kind.READ_ONLY, "'%s' is open for reading".formatted(extent.file().path()));
  }

  @Override
  public void close() {
    extent.close();
  }
}
