package dev.vcsnap.disk.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file's bytes in memory. Holes take nothing, and a copy shares its pages until one side writes.
 */
final class SparseBytes {

  static final int SECTOR_BYTES = 512;
  private static final int PAGE_BYTES = 4096;
  private static final byte[] ZEROS = new byte[PAGE_BYTES];

  private final TreeMap<Long, byte[]> pages;
  private final Set<Long> owned = new HashSet<>();
  private long size;

  SparseBytes() {
    this.pages = new TreeMap<>();
  }

  private SparseBytes(TreeMap<Long, byte[]> pages, long size) {
    this.pages = pages;
    this.size = size;
  }

  SparseBytes copy() {
    owned.clear();
    return new SparseBytes(new TreeMap<>(pages), size);
  }

  long size() {
    return size;
  }

  /** Sets the size; what lies behind it is gone for good. */
  void resize(long newSize) {
    if (newSize < size) {
      zero(newSize, size - newSize);
    }
    size = newSize;
  }

  /** Makes the size at least this. */
  void grow(long newSize) {
    size = Math.max(size, newSize);
  }

  /** Fills {@code target}, with zeros where there is nothing, also behind the end. */
  void read(long offset, ByteBuffer target) {
    long position = offset;
    while (target.hasRemaining()) {
      int within = (int) (position % PAGE_BYTES);
      int count = Math.min(PAGE_BYTES - within, target.remaining());
      byte[] page = pages.get(position / PAGE_BYTES);
      if (page == null) {
        target.put(ZEROS, 0, count);
      } else {
        target.put(page, within, count);
      }
      position += count;
    }
  }

  void write(long offset, ByteBuffer source) {
    long position = offset;
    while (source.hasRemaining()) {
      int within = (int) (position % PAGE_BYTES);
      int count = Math.min(PAGE_BYTES - within, source.remaining());
      source.get(ownPage(position / PAGE_BYTES), within, count);
      position += count;
    }
    size = Math.max(size, position);
  }

  /** Makes a range zeros without changing the size; whole pages become holes. */
  void zero(long offset, long length) {
    long end = offset + length;
    for (long page :
        pages
            .subMap(offset / PAGE_BYTES, Math.ceilDiv(end, (long) PAGE_BYTES))
            .keySet()
            .toArray(new Long[0])) {
      int from = (int) Math.max(offset - page * PAGE_BYTES, 0);
      int to = (int) Math.min(end - page * PAGE_BYTES, PAGE_BYTES);
      if (from == 0 && to == PAGE_BYTES) {
        pages.remove(page);
        owned.remove(page);
      } else {
        Arrays.fill(ownPage(page), from, to, (byte) 0);
      }
    }
  }

  /** Takes over one sector of another version of this file. */
  void takeSector(SparseBytes from, long sector) {
    long at = sector * SECTOR_BYTES;
    byte[] page = from.pages.get(at / PAGE_BYTES);
    if (page == null) {
      zero(at, SECTOR_BYTES);
    } else {
      int within = (int) (at % PAGE_BYTES);
      System.arraycopy(page, within, ownPage(at / PAGE_BYTES), within, SECTOR_BYTES);
    }
  }

  private byte[] ownPage(long number) {
    if (owned.add(number)) {
      byte[] page = pages.get(number);
      pages.put(number, page == null ? new byte[PAGE_BYTES] : page.clone());
    }
    return pages.get(number);
  }

  /** Makes an empty file of the host have these bytes, and these holes. */
  void writeTo(FileChannel out) throws IOException {
    for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
      out.write(ByteBuffer.wrap(page.getValue()), page.getKey() * PAGE_BYTES);
    }
    if (out.size() < size) {
      out.write(ByteBuffer.allocate(1), size - 1);
    }
    out.truncate(size);
  }

  long nextData(long offset) {
    Long page = pages.ceilingKey(offset / PAGE_BYTES);
    return page == null ? size : Math.min(size, Math.max(offset, page * PAGE_BYTES));
  }

  long nextHole(long offset) {
    long page = offset / PAGE_BYTES;
    while (pages.containsKey(page)) {
      page++;
    }
    return Math.min(size, Math.max(offset, page * PAGE_BYTES));
  }
}
