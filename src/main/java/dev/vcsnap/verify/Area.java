package dev.vcsnap.verify;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.Bounds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A disk or one of its partitions, for reading. */
final class Area implements BlockDevice {

  private final BlockDevice disk;
  private final String name;
  private final long start;
  private final long sizeBytes;

  private Area(BlockDevice disk, String name, long start, long sizeBytes) {
    this.disk = disk;
    this.name = name;
    this.start = start;
    this.sizeBytes = sizeBytes;
  }

  /** The whole disk, which stays the caller's to close. */
  static Area of(String name, BlockDevice disk) {
    return new Area(disk, name, 0, disk.sizeBytes());
  }

  /** A part that lies inside of this one. */
  Area part(String partName, long offset, long bytes) {
    Bounds.check(offset, bytes, sizeBytes);
    return new Area(disk, name + ", " + partName, start + offset, bytes);
  }

  String name() {
    return name;
  }

  boolean holds(long offset, long length) {
    return offset >= 0 && length >= 0 && offset <= sizeBytes - length;
  }

  /** The bytes, little-endian; zeros where the area has ended. */
  ByteBuffer bytes(long offset, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    if (offset < sizeBytes) {
      readAt(offset, bytes.limit((int) Math.min(length, sizeBytes - offset)));
    }
    return bytes.clear();
  }

  /** Whether the text stands at that place. */
  boolean has(long offset, String text) {
    ByteBuffer expected = StandardCharsets.ISO_8859_1.encode(text);
    return holds(offset, expected.remaining())
        && bytes(offset, expected.remaining()).equals(expected);
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    Bounds.check(offset, target.remaining(), sizeBytes);
    disk.readAt(start + offset, target);
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes);
    return disk.statusOf(start + offset, length).stream()
        .map(status -> new BlockStatus(status.offset() - start, status.length(), status.kind()))
        .toList();
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    throw new UnsupportedOperationException("'" + name + "' is only read");
  }

  @Override
  public void writeZeroesAt(long offset, long length) {
    throw new UnsupportedOperationException("'" + name + "' is only read");
  }

  @Override
  public void discardAt(long offset, long length) {
    throw new UnsupportedOperationException("'" + name + "' is only read");
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
