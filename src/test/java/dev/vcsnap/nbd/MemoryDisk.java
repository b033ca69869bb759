package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A sparse disk in memory, in grains of 4 KiB, that can be told to fail. */
final class MemoryDisk implements BlockDevice {

  static final int GRAIN_BYTES = 4096;

  /** Stands for a grain that is known to be zero and has a place. */
  private static final byte[] ZERO = new byte[GRAIN_BYTES];

  final AtomicInteger flushes = new AtomicInteger();
  final AtomicInteger writes = new AtomicInteger();
  private final long sizeBytes;
  private final TreeMap<Long, byte[]> grains = new TreeMap<>();
  private volatile BlockError.@Nullable Kind failure;
  private volatile long failFrom;

  MemoryDisk(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** From now on whatever touches {@code offset} or what follows it fails. */
  void failFrom(long offset, BlockError.Kind kind) {
    failFrom = offset;
    failure = kind;
  }

  void heal() {
    failure = null;
  }

  byte[] bytes(long offset, int length) {
    ByteBuffer target = ByteBuffer.allocate(length);
    readAt(offset, target);
    return target.array();
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public synchronized void readAt(long offset, ByteBuffer target) {
    check(offset, target.remaining());
    long at = offset;
    while (target.hasRemaining()) {
      int inside = (int) (at % GRAIN_BYTES);
      int step = Math.min(target.remaining(), GRAIN_BYTES - inside);
      target.put(grains.getOrDefault(at / GRAIN_BYTES, ZERO), inside, step);
      at += step;
    }
  }

  @Override
  public synchronized void writeAt(long offset, ByteBuffer source) {
    check(offset, source.remaining());
    writes.incrementAndGet();
    long at = offset;
    while (source.hasRemaining()) {
      int inside = (int) (at % GRAIN_BYTES);
      int step = Math.min(source.remaining(), GRAIN_BYTES - inside);
      source.get(ownGrain(at / GRAIN_BYTES), inside, step);
      at += step;
    }
  }

  @Override
  public synchronized void writeZeroesAt(long offset, long length) {
    clear(offset, length, ZERO);
  }

  @Override
  public synchronized void discardAt(long offset, long length) {
    clear(offset, length, null);
  }

  @Override
  public void flush() {
    BlockError.Kind kind = failure;
    if (kind != null) {
      throw new BlockError(kind, "told to fail");
    }
    flushes.incrementAndGet();
  }

  @Override
  public synchronized List<BlockStatus> statusOf(long offset, long length) {
    check(offset, length);
    List<BlockStatus> found = new ArrayList<>();
    long end = offset + length;
    long at = offset;
    while (at < end) {
      BlockStatus.Kind kind = kind(at / GRAIN_BYTES);
      long until = at;
      while (until < end && kind(until / GRAIN_BYTES) == kind) {
        Long next = grains.ceilingKey(until / GRAIN_BYTES);
        boolean gap = next == null || next > until / GRAIN_BYTES;
        long grainEnd = (until / GRAIN_BYTES + 1) * GRAIN_BYTES;
        until = Math.min(end, !gap ? grainEnd : next == null ? end : next * GRAIN_BYTES);
      }
      found.add(new BlockStatus(at, until - at, kind));
      at = until;
    }
    return found;
  }

  @Override
  public void close() {}

  private BlockStatus.Kind kind(long grain) {
    byte[] bytes = grains.get(grain);
    return bytes == null
        ? BlockStatus.Kind.HOLE
        : bytes == ZERO ? BlockStatus.Kind.ZERO : BlockStatus.Kind.DATA;
  }

  private byte[] ownGrain(long grain) {
    byte[] bytes = grains.get(grain);
    if (bytes == null || bytes == ZERO) {
      bytes = new byte[GRAIN_BYTES];
      grains.put(grain, bytes);
    }
    return bytes;
  }

  private void clear(long offset, long length, byte @Nullable [] whole) {
    check(offset, length);
    long at = offset;
    long end = offset + length;
    while (at < end) {
      long grain = at / GRAIN_BYTES;
      int inside = (int) (at % GRAIN_BYTES);
      int step = (int) Math.min(end - at, GRAIN_BYTES - inside);
      if (step < GRAIN_BYTES) {
        Arrays.fill(ownGrain(grain), inside, inside + step, (byte) 0);
      } else if (whole == null) {
        grains.remove(grain);
      } else {
        grains.put(grain, whole);
      }
      at += step;
    }
  }

  private void check(long offset, long length) {
    if (offset < 0 || length < 0 || offset > sizeBytes - length) {
      throw new BlockError(
          BlockError.Kind.OUT_OF_BOUNDS, "offset %d, length %d".formatted(offset, length));
    }
    BlockError.Kind kind = failure;
    if (kind != null && offset + length > failFrom) {
      throw new BlockError(kind, "told to fail from %d on".formatted(failFrom));
    }
  }
}
