package dev.vcsnap.verify.areas;

import dev.vcsnap.disk.cbt.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a client was told had changed: areas, and where it kept the replies, which bytes they spoke
 * of.
 *
 * @param areas ascending, apart from each other
 * @param problems what is wrong with the replies themselves, each a sentence that says what to do
 */
public record AreaList(List<Range> areas, List<String> problems) {

  /** A disk has no more tracking blocks that touch no other changed one. */
  static final int AREAS_MAX = 1 << 20;

  private static final int PROBLEMS_MAX = 20;

  public AreaList {
    areas = List.copyOf(areas);
    problems = List.copyOf(problems);
  }

  /** How many bytes the areas have together. */
  public long bytes() {
    return areas.stream().mapToLong(Range::length).sum();
  }

  /** Collects areas and replies as they come. */
  public static final class Builder {

    private final List<Range> areas = new ArrayList<>();

    /** Where the last reply ended; negative until there is one. */
    private long described = -1;

    private final List<String> problems = new ArrayList<>();

    /** How many areas there are so far. */
    public int areaCount() {
      return areas.size();
    }

    /**
     * Takes one area.
     *
     * @throws IllegalArgumentException for what can be no area, or one too many
     */
    public void area(long start, long length) {
      if (start < 0 || length <= 0 || start > Long.MAX_VALUE - length) {
        throw new IllegalArgumentException(
            "An area has start %d and length %d; expected a start from 0 and a length from 1"
                .formatted(start, length));
      }
      if (areas.size() == AREAS_MAX) {
        throw new IllegalArgumentException(
            "There are more than " + AREAS_MAX + " areas; no disk has so many changed blocks");
      }
      if (!areas.isEmpty() && start < areas.getLast().end()) {
        problem(
            "The area at %d begins before the one before it ends, at %d: areas ascend and do not overlap; keep the order of the replies."
                .formatted(start, areas.getLast().end()));
      }
      areas.add(new Range(start, length));
    }

    /**
     * Notes what a reply spoke of.
     *
     * @param startOffset as in the reply
     * @param length as in the reply: how many bytes it describes
     * @param firstArea how many areas there were before its own
     */
    public void reply(long startOffset, long length, int firstArea) {
      if (startOffset < 0 || length <= 0 || startOffset > Long.MAX_VALUE - length) {
        throw new IllegalArgumentException(
            "A reply has startOffset %d and length %d; expected a startOffset from 0 and a length from 1"
                .formatted(startOffset, length));
      }
      long end = startOffset + length;
      for (Range area : areas.subList(firstArea, areas.size())) {
        if (area.offset() < startOffset || area.end() > end) {
          problem(
              "The area at %d of %d bytes is outside of its reply, which describes %d to %d."
                  .formatted(area.offset(), area.length(), startOffset, end));
        }
      }
      long expected = Math.max(described, 0);
      if (startOffset != expected) {
        problem(
            "A reply begins at %d where %d was expected: ask each time from startOffset + length of the reply before, the first time from 0."
                .formatted(startOffset, expected));
      }
      described = end;
    }

    private void problem(String sentence) {
      if (problems.size() < PROBLEMS_MAX) {
        problems.add(sentence);
      }
    }

    /** The list for a disk of this size. */
    public AreaList build(long sizeBytes) {
      if (described >= 0 && described != sizeBytes) {
        problem(
            described < sizeBytes
                ? "The replies end at %d of %d bytes: ask on with startOffset %1$d, until startOffset + length is the disk's capacity."
                    .formatted(described, sizeBytes)
                : "The replies reach to %d, behind the end of the disk at %d: they are of another disk."
                    .formatted(described, sizeBytes));
      }
      return new AreaList(joined(areas), problems);
    }

    private static List<Range> joined(List<Range> areas) {
      List<Range> sorted = new ArrayList<>(areas);
      sorted.sort(Comparator.comparingLong(Range::offset));
      List<Range> joined = new ArrayList<>(sorted.size());
      for (Range area : sorted) {
        Range last = joined.isEmpty() ? null : joined.getLast();
        if (last != null && area.offset() <= last.end()) {
          long end = Math.max(last.end(), area.end());
          joined.set(joined.size() - 1, new Range(last.offset(), end - last.offset()));
        } else {
          joined.add(area);
        }
      }
      return joined;
    }
  }
}
