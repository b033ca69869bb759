package dev.vcsnap.disk.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one line of history of a disk may read as after a power loss: everything that was flushed,
 * and of what was written since, sector by sector, any state or none.
 *
 * <p>Moments are numbers of recorded changes. A write counts from the moment at which it began, a
 * flush from the moment at which it ended.
 */
final class Timeline {

  private static final int SECTOR_BYTES = 512;

  /** A write, as the whole sectors that it touched are after it. */
  private record Write(int begun, int offset, byte[] after) {}

  /** All of the first {@code writes} writes are durable. */
  private record Promise(int made, int writes) {}

  private byte[] initial;
  private byte[] now;
  private final List<Write> writes = new ArrayList<>();
  private final List<Promise> promises = new ArrayList<>();
  private final List<Growth> growths = new ArrayList<>();

  /** A larger size, which the disk may have from one moment on, and has from another on. */
  private record Growth(int begun, int ended, int oldSize, int newSize) {}

  Timeline(byte[] initial) {
    this.initial = initial.clone();
    this.now = initial.clone();
  }

  byte[] now() {
    return now.clone();
  }

  int sizeBytes() {
    return now.length;
  }

  int writeCount() {
    return writes.size();
  }

  void write(int begun, int offset, byte[] bytes) {
    System.arraycopy(bytes, 0, now, offset, bytes.length);
    int first = offset / SECTOR_BYTES * SECTOR_BYTES;
    int end = Math.ceilDiv(offset + bytes.length, SECTOR_BYTES) * SECTOR_BYTES;
    writes.add(new Write(begun, first, Arrays.copyOfRange(now, first, end)));
  }

  void grow(int begun, int newSize) {
    growths.add(new Growth(begun, Integer.MAX_VALUE, now.length, newSize));
    initial = Arrays.copyOf(initial, newSize);
    now = Arrays.copyOf(now, newSize);
  }

  void grown(int ended) {
    Growth last = growths.removeLast();
    growths.add(new Growth(last.begun, ended, last.oldSize, last.newSize));
  }

  /** Whether a growth was cut at that moment: its file may be larger than its descriptor says. */
  boolean growing(int moment) {
    return growths.stream().anyMatch(growth -> growth.begun < moment && moment < growth.ended);
  }

  private boolean mayHaveSize(int size, int moment) {
    int least = growths.isEmpty() ? now.length : growths.getFirst().oldSize;
    int most = least;
    for (Growth growth : growths) {
      least = growth.ended <= moment ? growth.newSize : least;
      most = growth.begun < moment ? growth.newSize : most;
    }
    return size == least || size == most;
  }

  /** Everything that was written is durable from here on. */
  void promise(int made) {
    promise(made, writes.size());
  }

  void promise(int made, int count) {
    promises.add(new Promise(made, count));
  }

  /**
   * Says what is wrong with a content that was found, or null.
   *
   * @param moment when the power went
   * @param most how many writes belong to it at most
   */
  String complaint(byte[] read, int moment, int most) {
    if (!mayHaveSize(read.length, moment)) {
      return "it has " + read.length + " bytes";
    }
    byte[] found = Arrays.copyOf(read, now.length);
    int surely =
        promises.stream()
            .filter(promise -> promise.made <= moment)
            .mapToInt(promise -> Math.min(promise.writes, most))
            .max()
            .orElse(0);
    byte[] expected = initial.clone();
    for (Write write : writes.subList(0, surely)) {
      System.arraycopy(write.after, 0, expected, write.offset, write.after.length);
    }
    if (Arrays.equals(found, expected)) {
      return null;
    }
    Map<Integer, List<byte[]>> later = new TreeMap<>();
    for (Write write : writes.subList(surely, most)) {
      if (write.begun < moment) {
        for (int at = 0; at < write.after.length; at += SECTOR_BYTES) {
          later
              .computeIfAbsent(write.offset + at, sector -> new ArrayList<>())
              .add(Arrays.copyOfRange(write.after, at, at + SECTOR_BYTES));
        }
      }
    }
    for (int at = 0; at < found.length; at += SECTOR_BYTES) {
      if (!Arrays.equals(found, at, at + SECTOR_BYTES, expected, at, at + SECTOR_BYTES)) {
        byte[] sector = Arrays.copyOfRange(found, at, at + SECTOR_BYTES);
        if (later.getOrDefault(at, List.of()).stream().noneMatch(v -> Arrays.equals(v, sector))) {
          return "sector %d is neither as flushed nor as written later%s"
              .formatted(at / SECTOR_BYTES, origin(sector, at));
        }
      }
    }
    return null;
  }

  /** Where wrong bytes come from, as far as this line of history knows. */
  private String origin(byte[] sector, int at) {
    if (Arrays.equals(sector, new byte[SECTOR_BYTES])) {
      return "; it is zero";
    }
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      for (int from = 0; from < write.after.length; from += SECTOR_BYTES) {
        if (Arrays.equals(sector, Arrays.copyOfRange(write.after, from, from + SECTOR_BYTES))) {
          return "; it is sector %d of write %d of %d"
              .formatted((write.offset + from) / SECTOR_BYTES, i, writes.size());
        }
      }
    }
    return at < 0 ? "" : "; it is nothing that was ever written";
  }
}
