package dev.vcsnap.guest.simulated.disk;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.MemoryDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A disk that remembers every write, so that it can be had as it was after any of them. */
final class CutDisk implements BlockDevice {

  private record Write(long offset, byte[] bytes) {}

  private final MemoryDisk disk;
  private final List<Write> writes = new ArrayList<>();

  CutDisk(long sizeBytes) {
    this.disk = new MemoryDisk(sizeBytes);
  }

  int writes() {
    return writes.size();
  }

  /** The disk as it was when so many writes had been made. */
  MemoryDisk after(int count) {
    MemoryDisk copy = new MemoryDisk(disk.sizeBytes());
    writes
        .subList(0, count)
        .forEach(write -> copy.writeAt(write.offset, ByteBuffer.wrap(write.bytes)));
    return copy;
  }

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    disk.readAt(offset, target);
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.duplicate().get(bytes);
    writes.add(new Write(offset, bytes));
    disk.writeAt(offset, source);
  }

  @Override
  public void writeZeroesAt(long offset, long length) {
    writeAt(offset, ByteBuffer.allocate((int) length));
  }

  @Override
  public void discardAt(long offset, long length) {
    writeZeroesAt(offset, length);
  }

  @Override
  public void flush() {}

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    return disk.statusOf(offset, length);
  }

  @Override
  public void close() {}
}
