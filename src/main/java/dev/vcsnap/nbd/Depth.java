package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockDepth;
import dev.vcsnap.disk.block.Layered;

/** {@code qemu:allocation-depth}: which link of a chain holds a block, 1 for the newest. */
record Depth(Layered disk) implements MetaContext {

  @Override
  public String name() {
    return Protocol.ALLOCATION_DEPTH;
  }

  @Override
  public Extents of(long offset, long length, boolean onlyFirst) {
    return Windows.of(this::tell, offset, length, onlyFirst);
  }

  private boolean tell(long offset, long length, Extents found) {
    for (BlockDepth piece : disk.depthsOf(offset, length)) {
      if (!found.add(piece.length(), piece.depth())) {
        return false;
      }
    }
    return true;
  }
}
