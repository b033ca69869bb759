package dev.vcsnap.disk.chain;

import static dev.vcsnap.disk.chain.Link.GRAIN_BYTES;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.BufferPool;
import dev.vcsnap.disk.vmdk.sesparse.SeSparseExtent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Copies what some deltas hold into the link below them, each grain once from its newest owner.
 *
 * <p>The deltas stay right all the time, because they go on hiding what is written below; so a
 * merge may end anywhere, and be done again. A delta that is written meanwhile is mirrored: behind
 * the cursor by the writer, ahead of it by the copying that is still to come. Both hold the block's
 * lock.
 */
final class Merge {

  private static final int COPY_BYTES = 256 << 10;

  private final List<Link.Delta> sources;
  private final Link target;
  private final long grainCount;
  private final GrainLocks locks;
  private final MergeProgress progress;
  private final BufferPool buffers = new BufferPool(COPY_BYTES, 8);
  private volatile long cursor;
  private volatile @Nullable BlockError failure;

  /**
   * @param sources the newest first
   * @param locks those of the writers when the newest source is being written
   */
  Merge(
      List<Link.Delta> sources,
      Link target,
      long grainCount,
      GrainLocks locks,
      MergeProgress progress) {
    this.sources = List.copyOf(sources);
    this.target = target;
    this.grainCount = grainCount;
    this.locks = locks;
    this.progress = progress;
  }

  /** Copies everything; afterwards only mirroring keeps the target up to date. */
  void run() {
    int regions = sources.getFirst().extent.regionCount();
    int region = skipFrom(0);
    while (region < regions) {
      long first = (long) region * SeSparseExtent.REGION_GRAINS;
      long end = Math.min(first + SeSparseExtent.REGION_GRAINS, grainCount);
      for (long block = first; block < end; block += GrainLocks.BLOCK_GRAINS) {
        if (progress.cancelled()) {
          throw new CancellationException("the merge into '" + target.path() + "' was cancelled");
        }
        copyBlock(block, Math.min(block + GrainLocks.BLOCK_GRAINS, end));
      }
      progress.merged(end, grainCount);
      giveWay();
      region = skipFrom(region + 1);
    }
    requireNoFailure();
    progress.merged(grainCount, grainCount);
  }

  /** A virtual thread that only copies would keep its carrier for itself. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void giveWay() {
    Thread.yield();
  }

  /** A mirrored write that the target did not take. */
  void requireNoFailure() {
    BlockError first = failure;
    if (first != null) {
      throw new BlockError(first.kind(), "the merge stopped: " + first.getMessage(), first);
    }
  }

  /** Moves the cursor over regions that nobody holds anything of, and nobody is just writing to. */
  private int skipFrom(int from) {
    locks.lockAll();
    try {
      int next = Integer.MAX_VALUE;
      for (Link.Delta source : sources) {
        next = Math.min(next, source.extent.nextRegion(from));
      }
      cursor = (long) next * SeSparseExtent.REGION_GRAINS;
      return next;
    } finally {
      locks.unlockAll();
    }
  }

  private void copyBlock(long first, long end) {
    requireNoFailure();
    ReentrantLock lock = locks.of(first);
    lock.lock();
    try {
      copy(first, end);
      cursor = end;
    } finally {
      lock.unlock();
    }
  }

  /** Repeats a write below that has just been done above; the writer holds the block's lock. */
  void mirror(long firstGrain, long endGrain) {
    if (failure != null) {
      return;
    }
    try {
      copy(firstGrain, Math.min(endGrain, cursor));
    } catch (BlockError error) {
      // The write itself is safe where it belongs; only the merge cannot go on.
      failure = error;
    }
  }

  private void copy(long first, long end) {
    ByteBuffer buffer = buffers.take();
    try {
      long grain = first;
      while (grain < end) {
        Link.Delta owner = ownerOf(grain);
        if (owner == null) {
          grain++;
          continue;
        }
        int limit = (int) Math.min(end - grain, COPY_BYTES / GRAIN_BYTES);
        long slot = owner.extent.slotOf(grain);
        int run = 1;
        while (run < limit
            && ownerOf(grain + run) == owner
            && owner.extent.slotOf(grain + run) == (slot >= 0 ? slot + run : slot)) {
          run++;
        }
        if (slot >= 0) {
          buffer.clear().limit(run * GRAIN_BYTES);
          owner.extent.readSlot(slot, 0, buffer);
          target.put(grain, buffer.flip());
        } else {
          target.putZeros(grain, run);
        }
        grain += run;
      }
    } finally {
      buffers.give(buffer);
    }
  }

  private Link.@Nullable Delta ownerOf(long grain) {
    for (Link.Delta source : sources) {
      if (source.extent.slotOf(grain) != SeSparseExtent.ABSENT) {
        return source;
      }
    }
    return null;
  }
}
