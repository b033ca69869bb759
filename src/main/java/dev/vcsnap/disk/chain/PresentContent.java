package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A running disk for somebody who remembers what it holds: from the moment at which it goes back to
 * something else, everything is refused with CLOSED, so that nothing old is written over it.
 */
final class PresentContent implements BlockDevice {

  private final RunningDisk disk;
  private final int content;

  PresentContent(RunningDisk disk, int content) {
    this.disk = disk;
    this.content = content;
  }

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    disk.requireContent(content);
    disk.readAt(offset, target);
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    disk.writeAt(offset, source, content);
  }

  @Override
  public void writeZeroesAt(long offset, long length) {
    disk.writeZeroesAt(offset, length, content);
  }

  @Override
  public void discardAt(long offset, long length) {
    writeZeroesAt(offset, length);
  }

  @Override
  public void flush() {
    disk.requireContent(content);
    disk.flush();
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    disk.requireContent(content);
    return disk.statusOf(offset, length);
  }

  /** The disk stays open. */
  @Override
  public void close() {}
}
