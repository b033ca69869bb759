package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.BufferPool;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
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

  private final OwnerMap owners;
  private final List<Link.Delta> sources;
  private final Link.@Nullable Delta[] sourceById = new Link.Delta[Composition.MAXIMUM_LINKS];
  private final Link target;
  private final int grainBytes;
  private final long sizeBytes;
  private final GrainLocks locks;
  private final MergeProgress progress;
  private final Courtesy courtesy;
  private final BufferPool buffers = new BufferPool(COPY_BYTES, 8);

  /** The byte of the disk up to which the target has everything. */
  private volatile long cursor;

  private volatile @Nullable BlockError failure;

  /**
   * @param owners tells the newest of the sources for each grain
   * @param sources the newest first
   * @param locks those of the writers when the newest source is being written
   * @param courtesy what the guest of the disk is owed
   */
  Merge(
      OwnerMap owners,
      List<Link.Delta> sources,
      Link target,
      GrainLocks locks,
      MergeProgress progress,
      Courtesy courtesy) {
    this.owners = owners;
    this.sources = List.copyOf(sources);
    this.sources.forEach(source -> sourceById[source.id()] = source);
    this.target = target;
    this.grainBytes = sources.getFirst().extent.grainBytes();
    this.sizeBytes = target.descriptor().sectors() * 512;
    this.locks = locks;
    this.progress = progress;
    this.courtesy = courtesy;
  }

  /** A merge of one link that nobody writes. */
  static Merge ofFrozen(Link.Delta source, Link target, MergeProgress progress, Courtesy courtesy) {
    int grainBytes = source.extent.grainBytes();
    long grains = Math.ceilDiv(target.descriptor().sectors() * 512, (long) grainBytes);
    OwnerMap owners = new OwnerMap(grains, grainBytes, () -> List.of(source));
    return new Merge(owners, List.of(source), target, new GrainLocks(), progress, courtesy);
  }

  /** Copies everything; afterwards only mirroring keeps the target up to date. */
  void run() {
    try (var behind = new WriteBehind(target.file())) {
      copyAll(behind);
    }
    requireNoFailure();
    tell(sizeBytes);
  }

  private void copyAll(WriteBehind behind) {
    int regions = sources.getFirst().extent.regionCount();
    long regionBytes = (long) SparseExtent.regionGrains() * grainBytes;
    int region = skipFrom(0, regionBytes);
    while (region < regions) {
      long end = Math.min((region + 1) * regionBytes, sizeBytes);
      for (long block = region * regionBytes; block < end; block += GrainLocks.BLOCK_BYTES) {
        if (progress.cancelled()) {
          throw new CancellationException("the merge into '" + target.path() + "' was cancelled");
        }
        copyBlock(block, Math.min(block + GrainLocks.BLOCK_BYTES, end), behind);
      }
      tell(end);
      giveWay();
      region = skipFrom(region + 1, regionBytes);
    }
  }

  private void tell(long doneBytes) {
    progress.merged(
        Math.ceilDiv(doneBytes, (long) grainBytes), Math.ceilDiv(sizeBytes, (long) grainBytes));
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
  private int skipFrom(int from, long regionBytes) {
    locks.lockAll();
    try {
      int next = Integer.MAX_VALUE;
      for (Link.Delta source : sources) {
        next = Math.min(next, source.extent.nextRegion(from));
      }
      cursor = Math.min(next * regionBytes, sizeBytes);
      return next;
    } finally {
      locks.unlockAll();
    }
  }

  private void copyBlock(long first, long end, WriteBehind behind) {
    requireNoFailure();
    courtesy.begin();
    long bytes;
    ReentrantLock lock = locks.of(first);
    lock.lock();
    try {
      bytes = copy(first, end);
      cursor = end;
    } finally {
      lock.unlock();
    }
    if (bytes > 0) {
      courtesy.look();
      behind.wrote(bytes);
      courtesy.rest();
      progress.copied(bytes, progress::cancelled);
    }
  }

  /** Repeats a write below that has just been done above; the writer holds the block's lock. */
  void mirror(long offset, ByteBuffer written) {
    mirror(offset, offset + written.remaining(), written);
  }

  /** Repeats zeros below, like {@link #mirror(long, ByteBuffer)}. */
  void mirrorZeros(long offset, long end) {
    mirror(offset, end, null);
  }

  /**
   * @param written the bytes of the range, which whole grains are taken from; null to read them
   */
  private void mirror(long offset, long writtenEnd, @Nullable ByteBuffer written) {
    long end = Math.min(writtenEnd, cursor);
    if (failure != null || end <= offset) {
      return;
    }
    try {
      if (written != null && offset % grainBytes == 0 && end % grainBytes == 0) {
        target.put(offset, written.limit(written.position() + (int) (end - offset)));
      } else {
        copy(offset, end);
      }
    } catch (BlockError error) {
      // The write itself is safe where it belongs; only the merge cannot go on.
      failure = error;
    }
  }

  /** Copies the grains that the range touches; returns how many bytes were stored in them. */
  private long copy(long offset, long endOffset) {
    long bytes = 0;
    long grain = offset / grainBytes;
    long end = Math.ceilDiv(endOffset, (long) grainBytes);
    while (grain < end) {
      byte owner = owners.at(grain);
      int run = (int) owners.run(grain, end - grain, owner);
      Link.Delta source = sourceById[owner];
      if (source == null) {
        grain += run;
        continue;
      }
      boolean stored = source.extent.slotOf(grain) >= 0;
      int copied = copyRun(source, grain, run);
      bytes += stored ? (long) copied * grainBytes : 0;
      grain += copied;
    }
    return bytes;
  }

  private int copyRun(Link.Delta source, long grain, int owned) {
    int run = source.extent.run(grain, owned);
    long slot = source.extent.slotOf(grain);
    if (slot < 0) {
      target.putZeros(grain * grainBytes, (long) run * grainBytes);
      return run;
    }
    int piece = Math.min(run, COPY_BYTES / grainBytes);
    ByteBuffer buffer = buffers.take();
    try {
      source.extent.readSlot(slot, 0, buffer.limit(piece * grainBytes));
      target.put(grain * grainBytes, buffer.flip());
    } finally {
      buffers.give(buffer);
    }
    return piece;
  }
}
