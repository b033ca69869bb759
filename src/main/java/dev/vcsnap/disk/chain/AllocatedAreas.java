package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import java.util.ArrayList;
import java.util.List;

/** Answers the query for everything that is allocated, in the blocks of change tracking. */
final class AllocatedAreas {

  private AllocatedAreas() {}

  static List<Range> of(Composition chain, long fromOffset, int maxAreas) {
    long size = chain.sizeBytes();
    long block = ChangeMap.blockSizeFor(size);
    List<Range> areas = new ArrayList<>();
    if (fromOffset >= size || maxAreas <= 0) {
      return areas;
    }
    long first = 0;
    long end = 0;
    for (BlockStatus piece : chain.statusOf(fromOffset, size - fromOffset)) {
      if (piece.kind() != BlockStatus.Kind.DATA) {
        continue;
      }
      long pieceFirst = Math.max(piece.offset() / block * block, fromOffset);
      long pieceEnd = Math.min(Math.ceilDiv(piece.offset() + piece.length(), block) * block, size);
      if (end > first && pieceFirst <= end) {
        end = pieceEnd;
        continue;
      }
      if (end > first) {
        areas.add(new Range(first, end - first));
        if (areas.size() == maxAreas) {
          return areas;
        }
      }
      first = pieceFirst;
      end = pieceEnd;
    }
    if (end > first) {
      areas.add(new Range(first, end - first));
    }
    return areas;
  }
}
