package dev.vcsnap.verify.areas;

import dev.vcsnap.disk.cbt.Range;
import java.util.ArrayList;
import java.util.List;

/** Ranges of a disk that come ascending: all are counted and the first ones kept. */
final class Spans {

  private final int keptMax;
  private final List<Range> kept = new ArrayList<>();
  private long start;
  private long end = -1;
  private long count;
  private long bytes;

  Spans(int keptMax) {
    this.keptMax = keptMax;
  }

  /** Takes a range that begins where the last one ended or later. */
  void add(long from, long to) {
    bytes += to - from;
    if (from == end) {
      end = to;
      return;
    }
    finish();
    start = from;
    end = to;
    count++;
  }

  private void finish() {
    if (count > 0 && kept.size() < keptMax) {
      kept.add(new Range(start, end - start));
    }
  }

  /** What there was; nothing comes after it. */
  AreasReport.Ranges done() {
    finish();
    return new AreasReport.Ranges(
        count,
        bytes,
        kept.stream().map(range -> new AreasReport.Piece(range.offset(), range.length())).toList());
  }
}
