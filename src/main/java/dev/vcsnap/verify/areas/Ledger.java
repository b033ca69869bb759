package dev.vcsnap.verify.areas;

import dev.vcsnap.disk.cbt.Range;
import java.util.List;

/**
 * Holds what differs against what was said to have changed.
 *
 * <p>A difference outside of all areas is missing. Superfluous are the parts of areas that lie in
 * one tracking block and have no difference: a server knows blocks, not bytes.
 */
final class Ledger {

  private final List<Range> areas;
  private final long blockBytes;
  private final Spans missing;
  private final Spans superfluous;
  private int next;
  private long differingBytes;

  /** Up to where the present area is decided. */
  private long decided;

  Ledger(List<Range> areas, long blockBytes, int listed) {
    this.areas = areas;
    this.blockBytes = blockBytes;
    this.missing = new Spans(listed);
    this.superfluous = new Spans(listed);
    this.decided = areas.isEmpty() ? 0 : areas.getFirst().offset();
  }

  /** Notes a range that differs; ranges come ascending. */
  void differs(long from, long to) {
    differingBytes += to - from;
    long at = from;
    while (at < to) {
      passAreasBefore(at);
      if (next == areas.size() || areas.get(next).offset() >= to) {
        missing.add(at, to);
        return;
      }
      Range area = areas.get(next);
      if (area.offset() > at) {
        missing.add(at, area.offset());
        at = area.offset();
      }
      long stop = Math.min(to, area.end());
      needed(at / blockBytes * blockBytes, Math.ceilDiv(stop, blockBytes) * blockBytes, area);
      at = stop;
    }
  }

  private void needed(long from, long to, Range area) {
    if (from > decided) {
      superfluous.add(decided, from);
    }
    decided = Math.max(decided, Math.min(to, area.end()));
  }

  private void passAreasBefore(long offset) {
    while (next < areas.size() && areas.get(next).end() <= offset) {
      if (areas.get(next).end() > decided) {
        superfluous.add(decided, areas.get(next).end());
      }
      next++;
      decided = next < areas.size() ? areas.get(next).offset() : decided;
    }
  }

  /** Ends with the disk. */
  void end() {
    passAreasBefore(Long.MAX_VALUE);
  }

  AreasReport.Ranges missing() {
    return missing.done();
  }

  AreasReport.Ranges superfluous() {
    return superfluous.done();
  }

  long differingBytes() {
    return differingBytes;
  }
}
