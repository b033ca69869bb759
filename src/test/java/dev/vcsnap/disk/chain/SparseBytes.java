package dev.vcsnap.disk.chain;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a disk of any size should read as: the blocks that are not zero, by number. Copies are
 * cheap, as a block's bytes are never changed once they are in here.
 */
final class SparseBytes {

  private static final int BLOCK_BYTES = 4096;

  private final TreeMap<Long, byte[]> blocks;
  private long sizeBytes;

  SparseBytes(long sizeBytes) {
    this(sizeBytes, new TreeMap<>());
  }

  private SparseBytes(long sizeBytes, TreeMap<Long, byte[]> blocks) {
    this.sizeBytes = sizeBytes;
    this.blocks = blocks;
  }

  SparseBytes copy() {
    return new SparseBytes(sizeBytes, new TreeMap<>(blocks));
  }

  long sizeBytes() {
    return sizeBytes;
  }

  void grow(long newSizeBytes) {
    sizeBytes = newSizeBytes;
  }

  void write(long offset, byte[] bytes) {
    int done = 0;
    while (done < bytes.length) {
      long number = (offset + done) / BLOCK_BYTES;
      int within = (int) ((offset + done) % BLOCK_BYTES);
      int length = Math.min(BLOCK_BYTES - within, bytes.length - done);
      byte[] present = blocks.get(number);
      byte[] block = present == null ? new byte[BLOCK_BYTES] : present.clone();
      System.arraycopy(bytes, done, block, within, length);
      put(number, block);
      done += length;
    }
  }

  void zero(long offset, long length) {
    long end = offset + length;
    long first = offset / BLOCK_BYTES;
    long last = (end - 1) / BLOCK_BYTES;
    for (long number : blocks.subMap(first, last + 1).keySet().toArray(Long[]::new)) {
      byte[] block = blocks.get(number).clone();
      int from = (int) Math.max(0, offset - number * BLOCK_BYTES);
      int to = (int) Math.min(BLOCK_BYTES, end - number * BLOCK_BYTES);
      Arrays.fill(block, from, to, (byte) 0);
      put(number, block);
    }
  }

  /** Takes a range over from another disk; it starts at a block's border and ends at one. */
  void take(SparseBytes other, long offset, long length) {
    if (length > 0) {
      zero(offset, length);
      long last = (offset + length - 1) / BLOCK_BYTES;
      blocks.putAll(other.blocks.subMap(offset / BLOCK_BYTES, last + 1));
    }
  }

  private void put(long number, byte[] block) {
    for (byte value : block) {
      if (value != 0) {
        blocks.put(number, block);
        return;
      }
    }
    blocks.remove(number);
  }

  byte[] read(long offset, int length) {
    byte[] bytes = new byte[length];
    blocks
        .subMap(offset / BLOCK_BYTES, (offset + length - 1) / BLOCK_BYTES + 1)
        .forEach((number, block) -> {
          long start = number * BLOCK_BYTES;
          int from = (int) Math.max(0, offset - start);
          int to = (int) Math.min(BLOCK_BYTES, offset + length - start);
          System.arraycopy(block, from, bytes, (int) (start + from - offset), to - from);
        });
    return bytes;
  }

  /** The first byte of a range that is not zero, or the range's end. */
  long firstNonZero(long offset, long length) {
    long end = offset + length;
    for (Map.Entry<Long, byte[]> entry :
        blocks.subMap(offset / BLOCK_BYTES, (end - 1) / BLOCK_BYTES + 1).entrySet()) {
      long start = entry.getKey() * BLOCK_BYTES;
      byte[] block = entry.getValue();
      for (int i = (int) Math.max(0, offset - start); i < BLOCK_BYTES && start + i < end; i++) {
        if (block[i] != 0) {
          return start + i;
        }
      }
    }
    return end;
  }

  /** The number of the first block that differs, or -1. */
  long mismatch(SparseBytes other) {
    TreeMap<Long, byte[]> all = new TreeMap<>(blocks);
    all.putAll(other.blocks);
    for (long number : all.keySet()) {
      byte[] mine = blocks.get(number);
      byte[] others = other.blocks.get(number);
      if (mine != others && !Arrays.equals(mine, others)) {
        return number;
      }
    }
    return sizeBytes == other.sizeBytes ? -1 : Math.min(sizeBytes, other.sizeBytes) / BLOCK_BYTES;
  }
}
