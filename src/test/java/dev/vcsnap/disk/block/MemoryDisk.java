package dev.vcsnap.disk.block;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** A disk in memory that has storage only where it was written, in pieces of 4 KiB. */
public final class MemoryDisk implements BlockDevice {

  private static final int PIECE_BYTES = 4096;

  private final long sizeBytes;
  private final TreeMap<Long, byte[]> pieces = new TreeMap<>();

  public MemoryDisk(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** Data, zeros and holes at random places, always some in the last sector. */
  public static MemoryDisk random(long sizeBytes, int extents, Random random) {
    MemoryDisk disk = new MemoryDisk(sizeBytes);
    for (int i = 0; i < extents; i++) {
      byte[] bytes = new byte[1 + random.nextInt((int) Math.min(sizeBytes, 200_000))];
      switch (i % 3) {
        case 0 -> random.nextBytes(bytes);
        case 1 -> Arrays.fill(bytes, (byte) random.nextInt());
        default -> {}
      }
      disk.writeAt(
          (long) (random.nextDouble() * (sizeBytes - bytes.length)), ByteBuffer.wrap(bytes));
    }
    disk.writeAt(sizeBytes - 3, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    return disk;
  }

  /** All of it; for small disks. */
  public byte[] content() {
    return contentOf(this);
  }

  /** All of any small disk. */
  public static byte[] contentOf(BlockDevice disk) {
    ByteBuffer all = ByteBuffer.allocate((int) disk.sizeBytes());
    disk.readAt(0, all);
    return all.array();
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    Bounds.check(offset, target.remaining(), sizeBytes);
    long position = offset;
    while (target.hasRemaining()) {
      int within = (int) (position % PIECE_BYTES);
      int count = Math.min(PIECE_BYTES - within, target.remaining());
      byte[] piece = pieces.get(position / PIECE_BYTES);
      target.put(piece == null ? new byte[PIECE_BYTES] : piece, within, count);
      position += count;
    }
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    Bounds.check(offset, source.remaining(), sizeBytes);
    long position = offset;
    while (source.hasRemaining()) {
      int within = (int) (position % PIECE_BYTES);
      int count = Math.min(PIECE_BYTES - within, source.remaining());
      source.get(
          pieces.computeIfAbsent(position / PIECE_BYTES, _ -> new byte[PIECE_BYTES]),
          within,
          count);
      position += count;
    }
  }

  @Override
  public void writeZeroesAt(long offset, long length) {
    writeAt(offset, ByteBuffer.allocate((int) length));
  }

  @Override
  public void discardAt(long offset, long length) {
    writeZeroesAt(offset, length);
  }

  @Override
  public void flush() {}

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes);
    List<BlockStatus> result = new ArrayList<>();
    long end = offset + length;
    long position = offset;
    while (position < end) {
      long index = position / PIECE_BYTES;
      boolean stored = pieces.containsKey(index);
      long next = index;
      if (stored) {
        while (pieces.containsKey(next)) {
          next++;
        }
      } else {
        Long after = pieces.ceilingKey(index);
        next = after == null ? Long.MAX_VALUE / PIECE_BYTES : after;
      }
      long stop = Math.min(next * PIECE_BYTES, end);
      result.add(
          new BlockStatus(
              position, stop - position, stored ? BlockStatus.Kind.DATA : BlockStatus.Kind.HOLE));
      position = stop;
    }
    return result;
  }

  @Override
  public void close() {}
}
