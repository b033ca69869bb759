package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.io.BufferPool;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the delta on top of a chain: in place where it has the grain, else copying the rest of
 * the grain up from below.
 *
 * <p>Work goes block by block. A block's lock is needed for new grains, and for every write while a
 * merge mirrors this delta; grains that are already there are overwritten without.
 */
final class LeafWriter {

  private static final long BLOCK_BYTES = GrainLocks.BLOCK_BYTES;

  private final Composition composition;
  private final GrainLocks locks;
  private final int grainBytes;
  private final BufferPool edges;

  LeafWriter(Composition composition, GrainLocks locks) {
    this.composition = composition;
    this.locks = locks;
    this.grainBytes = composition.grainBytes();
    this.edges = new BufferPool(grainBytes, 32);
  }

  void write(Link.Delta leaf, long offset, ByteBuffer source, @Nullable Merge mirror) {
    int end = source.limit();
    long position = offset;
    while (source.position() < end) {
      int bytes = (int) Math.min(BLOCK_BYTES - position % BLOCK_BYTES, end - source.position());
      source.limit(source.position() + bytes);
      writeBlock(leaf, position, source, mirror);
      source.limit(end);
      position += bytes;
    }
  }

  private void writeBlock(Link.Delta leaf, long offset, ByteBuffer source, @Nullable Merge mirror) {
    long position = offset;
    if (mirror == null) {
      position += overwrite(leaf, position, source);
    }
    if (!source.hasRemaining()) {
      return;
    }
    ReentrantLock lock = locks.of(position);
    lock.lock();
    try {
      ByteBuffer written = mirror == null ? source : source.duplicate();
      place(leaf, position, source);
      if (mirror != null) {
        mirror.mirror(position, written);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Overwrites grains in place up to the first that the leaf does not have; returns the bytes. */
  private long overwrite(Link.Delta leaf, long offset, ByteBuffer source) {
    int end = source.limit();
    long position = offset;
    while (source.position() < end) {
      long grain = position / grainBytes;
      int within = (int) (position % grainBytes);
      int left = end - source.position();
      long slot = leaf.extent.slotOf(grain);
      if (slot < 0) {
        break;
      }
      int run = leaf.extent.run(grain, Math.ceilDiv(within + left, grainBytes));
      int bytes = Math.min(run * grainBytes - within, left);
      source.limit(source.position() + bytes);
      leaf.extent.overwriteSlot(slot, within, source);
      source.limit(end);
      position += bytes;
    }
    return position - offset;
  }

  /** Writes everything; the caller holds the block's lock. */
  private void place(Link.Delta leaf, long offset, ByteBuffer source) {
    int end = source.limit();
    long position = offset;
    while (source.position() < end) {
      position += overwrite(leaf, position, source);
      int left = end - source.position();
      if (left == 0) {
        return;
      }
      long grain = position / grainBytes;
      int within = (int) (position % grainBytes);
      if (within > 0 || left < grainBytes) {
        position += copyUp(leaf, grain, within, source);
        continue;
      }
      int count = 1;
      while (count < left / grainBytes && leaf.extent.slotOf(grain + count) < 0) {
        count++;
      }
      source.limit(source.position() + count * grainBytes);
      leaf.extent.writeGrains(grain, source);
      source.limit(end);
      composition.own(grain, count, leaf);
      position += (long) count * grainBytes;
    }
  }

  /** Writes a part of one grain that the leaf does not have; returns the bytes. */
  private int copyUp(Link.Delta leaf, long grain, int within, ByteBuffer source) {
    int bytes = Math.min(grainBytes - within, source.remaining());
    ByteBuffer whole = edges.take();
    try {
      long offset = grain * grainBytes;
      whole.limit((int) Math.min(grainBytes, composition.sizeBytes() - offset));
      composition.read(offset, whole);
      whole.limit(grainBytes);
      Zeros.fill(whole, whole.remaining());
      whole.put(within, source, source.position(), bytes);
      leaf.extent.writeGrains(grain, whole.flip());
      source.position(source.position() + bytes);
      composition.own(grain, 1, leaf);
      return bytes;
    } finally {
      edges.give(whole);
    }
  }

  void zero(Link.Delta leaf, long offset, long length, @Nullable Merge mirror) {
    long end = offset + length;
    long position = offset;
    while (position < end) {
      long stop = Math.min(position - position % BLOCK_BYTES + BLOCK_BYTES, end);
      if (!composition.isBaseHole(position, stop - position)) {
        zeroBlock(leaf, position, stop, mirror);
      }
      position = stop;
    }
  }

  private void zeroBlock(Link.Delta leaf, long offset, long end, @Nullable Merge mirror) {
    ReentrantLock lock = locks.of(offset);
    lock.lock();
    try {
      long firstWhole = Math.ceilDiv(offset, (long) grainBytes);
      // The disk's end may lie inside its last grain, which is whole all the same.
      long endWhole = end == composition.sizeBytes() ? composition.grainCount() : end / grainBytes;
      long headEnd = Math.min(firstWhole * grainBytes, end);
      if (headEnd > offset) {
        place(leaf, offset, Zeros.of((int) (headEnd - offset)));
      }
      if (endWhole > firstWhole) {
        int count = (int) (endWhole - firstWhole);
        leaf.extent.zeroGrains(firstWhole, count);
        composition.own(firstWhole, count, leaf);
      }
      long tail = Math.max(endWhole * grainBytes, headEnd);
      if (tail < end) {
        place(leaf, tail, Zeros.of((int) (end - tail)));
      }
      if (mirror != null) {
        mirror.mirrorZeros(offset, end);
      }
    } finally {
      lock.unlock();
    }
  }
}
