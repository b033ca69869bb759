package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import java.nio.ByteBuffer;
import java.util.List;

/** Several disks of one size that are written as one. */
final class MirroredDevice implements BlockDevice {

  private final List<BlockDevice> devices;

  /**
   * Makes one of others.
   *
   * @throws BlockError OUT_OF_BOUNDS for disks of different sizes (assumed)
   */
  MirroredDevice(List<BlockDevice> devices) {
    this.devices = devices;
    for (BlockDevice device : devices) {
      if (device.sizeBytes() != sizeBytes()) {
        throw new BlockError(
            BlockError.Kind.OUT_OF_BOUNDS,
            "one body cannot fill disks of %d and of %d bytes"
                .formatted(sizeBytes(), device.sizeBytes()));
      }
    }
  }

  @Override
  public long sizeBytes() {
    return devices.getFirst().sizeBytes();
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    devices.getFirst().readAt(offset, target);
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    devices.forEach(device -> device.writeAt(offset, source.duplicate()));
    source.position(source.limit());
  }

  @Override
  public void writeZeroesAt(long offset, long length) {
    devices.forEach(device -> device.writeZeroesAt(offset, length));
  }

  @Override
  public void discardAt(long offset, long length) {
    devices.forEach(device -> device.discardAt(offset, length));
  }

  @Override
  public void flush() {
    devices.forEach(BlockDevice::flush);
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    return devices.getFirst().statusOf(offset, length);
  }

  /** The disks stay their owner's. */
  @Override
  public void close() {}
}
