package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;

/** {@code base:allocation}: whether storage is behind a block, and whether it reads as zeros. */
record Allocation(BlockDevice device) implements MetaContext {

  @Override
  public String name() {
    return Protocol.BASE_ALLOCATION;
  }

  @Override
  public Extents of(long offset, long length, boolean onlyFirst) {
    return Windows.of(this::tell, offset, length, onlyFirst);
  }

  private boolean tell(long offset, long length, Extents found) {
    for (BlockStatus piece : device.statusOf(offset, length)) {
      if (!found.add(piece.length(), state(piece.kind()))) {
        return false;
      }
    }
    return true;
  }

  private static int state(BlockStatus.Kind kind) {
    return switch (kind) {
      case DATA -> 0;
      case ZERO -> Protocol.STATE_ZERO;
      case HOLE -> Protocol.STATE_HOLE | Protocol.STATE_ZERO;
    };
  }
}
