package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockDepth;
import dev.vcsnap.disk.block.BlockStatus;
import java.util.ArrayList;
import java.util.List;

/** Tells for a range of a chain how deep in it each part lies. */
final class ChainDepths {

  private final Composition chain;
  private final int[] depthOf = new int[Composition.MAXIMUM_LINKS];
  private final List<BlockDepth> found = new ArrayList<>();

  private ChainDepths(Composition chain) {
    this.chain = chain;
    List<Link> links = chain.links();
    for (int i = 0; i < links.size(); i++) {
      depthOf[links.get(i).id()] = links.size() - i;
    }
  }

  /** The depths of a range; it was checked. */
  static List<BlockDepth> of(Composition chain, long offset, long length) {
    var depths = new ChainDepths(chain);
    chain.owners(offset, length, depths::owned);
    return depths.found;
  }

  private void owned(long offset, long length, byte owner) {
    if (owner == OwnerMap.BASE) {
      chain.base().extent.status(offset, length, this::inBase);
    } else {
      add(offset, length, depthOf[owner]);
    }
  }

  private void inBase(BlockStatus piece) {
    boolean stored = piece.kind() != BlockStatus.Kind.HOLE;
    add(piece.offset(), piece.length(), stored ? depthOf[OwnerMap.BASE] : BlockDepth.ABSENT);
  }

  private void add(long offset, long length, int depth) {
    if (!found.isEmpty() && found.getLast().depth() == depth) {
      BlockDepth last = found.removeLast();
      found.add(new BlockDepth(last.offset(), last.length() + length, depth));
    } else {
      found.add(new BlockDepth(offset, length, depth));
    }
  }
}
