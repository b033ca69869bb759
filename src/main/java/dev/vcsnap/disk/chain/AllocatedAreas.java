package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import java.util.ArrayList;
import java.util.List;

/** Collects everything that is allocated, in the blocks of change tracking. */
final class AllocatedAreas {

  /** So much is looked at in one go: of a large disk a reply may need a small part only. */
  private static final long LOOK_BYTES = 1L << 30;

  private final long block;
  private final long size;
  private final long fromOffset;
  private final int maxAreas;
  private final List<Range> areas = new ArrayList<>();
  private long first;
  private long end;

  private AllocatedAreas(long size, long fromOffset, int maxAreas) {
    this.block = ChangeMap.blockSizeFor(size);
    this.size = size;
    this.fromOffset = fromOffset;
    this.maxAreas = maxAreas;
  }

  static List<Range> of(Composition chain, long fromOffset, int maxAreas) {
    long size = chain.sizeBytes();
    var found = new AllocatedAreas(size, fromOffset, maxAreas);
    for (long at = fromOffset; at < size && !found.full(); at += LOOK_BYTES) {
      for (BlockStatus piece : chain.statusOf(at, Math.min(LOOK_BYTES, size - at))) {
        if (piece.kind() == BlockStatus.Kind.DATA) {
          found.add(piece.offset(), piece.offset() + piece.length());
        }
      }
    }
    found.finish();
    return found.areas;
  }

  private boolean full() {
    return areas.size() >= maxAreas;
  }

  private void add(long from, long to) {
    long start = Math.max(from / block * block, fromOffset);
    long stop = Math.min(Math.ceilDiv(to, block) * block, size);
    if (end > first && start <= end) {
      end = stop;
      return;
    }
    finish();
    first = start;
    end = stop;
  }

  private void finish() {
    if (end > first && !full()) {
      areas.add(new Range(first, end - first));
    }
  }
}
