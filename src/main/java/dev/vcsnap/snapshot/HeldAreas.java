package dev.vcsnap.snapshot;

import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.cbt.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which areas of a disk some of its links hold, ascending and joined. */
record HeldAreas(List<Range> areas) {

  static HeldAreas of(List<BlockStatus> held) {
    return joined(
        held.stream()
            .filter(piece -> piece.kind() == BlockStatus.Kind.DATA)
            .map(piece -> new Range(piece.offset(), piece.length()))
            .toList());
  }

  /** What either of the two holds. */
  HeldAreas with(HeldAreas other) {
    List<Range> all = new ArrayList<>(areas);
    all.addAll(other.areas);
    return joined(all);
  }

  long bytes() {
    return areas.stream().mapToLong(Range::length).sum();
  }

  private static HeldAreas joined(List<Range> ranges) {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Range::offset));
    List<Range> joined = new ArrayList<>();
    for (Range range : sorted) {
      Range last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && range.offset() <= last.end()) {
        long end = Math.max(last.end(), range.end());
        joined.set(joined.size() - 1, new Range(last.offset(), end - last.offset()));
      } else {
        joined.add(range);
      }
    }
    return new HeldAreas(List.copyOf(joined));
  }
}
