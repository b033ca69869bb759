package dev.vcsnap.verify.areas;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a base copy and the changed areas make a snapshot. It is spelt as JSON by its members'
 * names, on which scripts rely: one may be added, and none is renamed or taken away.
 *
 * @param equal true if every byte that differs between base and snapshot lies in an area
 * @param complete true if nothing is wrong with the replies, as far as they were given
 * @param sizeBytes of the snapshot's disk
 * @param baseBytes of the base; 0 for none
 * @param blockBytes the block in which the server tracks a disk of that size
 * @param areas how many areas there are, and how many bytes they have
 * @param differingBytes how many bytes differ, in sectors of 512
 * @param missing what differs and is in no area
 * @param superfluous blocks, or parts of them, that areas name and that do not differ
 * @param problems what is wrong with the replies
 * @param next what to do, in sentences
 */
public record AreasReport(
    boolean equal,
    boolean complete,
    long sizeBytes,
    long baseBytes,
    long blockBytes,
    Count areas,
    long differingBytes,
    Ranges missing,
    Ranges superfluous,
    List<String> problems,
    List<String> next) {

  /** How many, and how many bytes together. */
  public record Count(long count, long bytes) {}

  /** Ranges: how many there are, and the first of them. */
  public record Ranges(long count, long bytes, List<Piece> ranges) {}

  /** A range of the disk in bytes. */
  public record Piece(long start, long length) {

    long end() {
      return start + length;
    }
  }

  public AreasReport {
    problems = List.copyOf(problems);
    next = List.copyOf(next);
  }

  static AreasReport of(
      long sizeBytes, long baseBytes, long blockBytes, AreaList areas, Ledger ledger) {
    Ranges missing = ledger.missing();
    Ranges superfluous = ledger.superfluous();
    return new AreasReport(
        missing.count() == 0,
        areas.problems().isEmpty(),
        sizeBytes,
        baseBytes,
        blockBytes,
        new Count(areas.areas().size(), areas.bytes()),
        ledger.differingBytes(),
        missing,
        superfluous,
        areas.problems(),
        next(sizeBytes, baseBytes, blockBytes, areas, missing, superfluous));
  }

  /**
   * True if the copy can be relied on: the bytes are right and so is the way they were asked for.
   */
  public boolean good() {
    return equal && complete;
  }

  private static List<String> next(
      long sizeBytes,
      long baseBytes,
      long blockBytes,
      AreaList areas,
      Ranges missing,
      Ranges superfluous) {
    List<String> next = new ArrayList<>();
    if (missing.count() == 0) {
      next.add(
          areas.problems().isEmpty()
              ? "Nothing is to be done: a restore of base and areas is the snapshot."
              : "The bytes are right by luck; ask for the areas as the problems say.");
    } else if (!areas.problems().isEmpty()) {
      next.add("Ask for the areas again, as the problems say, then copy what was missed.");
    } else {
      next.add(
          "Do not keep this copy as a backup. Check in this order: the change id was that of the"
              + " snapshot that the base was copied from (its own config, not that of the running"
              + " machine); the base was complete and nothing has written to it since; the areas"
              + " were asked of this snapshot and this disk.");
      if (baseBytes > 0
          && baseBytes < sizeBytes
          && missing.ranges().getFirst().start() >= baseBytes) {
        next.add(
            "All that is missing lies behind the base's end at %d: the disk has grown since, and a"
                    .formatted(baseBytes)
                + " change id of before that says so only if it is asked for the whole new size.");
      }
      next.add("If none of these explains it, take a full copy (change id *, or every byte).");
    }
    if (superfluous.count() > 0) {
      next.add(
          "Superfluous areas are allowed: a server tells blocks of %d bytes, and what was written"
                  .formatted(blockBytes)
              + " with the bytes it had counts as changed.");
    }
    return next;
  }
}
