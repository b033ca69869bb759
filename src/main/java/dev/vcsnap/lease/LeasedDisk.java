package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.ReadOnlyDevice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A disk that can be read as long as a lease is held; after that everything is CLOSED. */
record LeasedDisk(BlockDevice disk, BooleanSupplier held) implements ReadOnlyDevice {

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    requireHeld();
    disk.readAt(offset, target);
    // What was read after the lease ended may be what somebody wrote since.
    requireHeld();
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    requireHeld();
    return disk.statusOf(offset, length);
  }

  @Override
  public BlockError refusal() {
    return new BlockError(BlockError.Kind.READ_ONLY, "what a lease exports is read-only");
  }

  /** The disk stays open for the lease. */
  @Override
  public void close() {}

  private void requireHeld() {
    if (!held.getAsBoolean()) {
      throw new BlockError(BlockError.Kind.CLOSED, "the lease on the disk has ended");
    }
  }
}
