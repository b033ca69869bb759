package dev.vcsnap.cli.demo;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Collects the whole answer to {@code QueryChangedDiskAreas}, which comes in as many replies as the
 * server likes.
 *
 * <p>Each reply describes {@code length} bytes from the {@code startOffset} that was asked for, and
 * the next question starts where it ends. A backup that stops after the first reply misses changes;
 * one that does not check the offsets would not notice a gap.
 */
final class ChangedAreas {

  /** Stands for a change id and asks for all areas that are allocated. */
  static final String ALL_ALLOCATED = "*";

  /** Asks the server once. */
  interface Question {

    /** The {@code DiskChangeInfo} from an offset on. */
    JsonNode ask(long startOffset);
  }

  private ChangedAreas() {}

  /** The areas of a disk, ascending. */
  static List<Area> of(long capacityBytes, Question question) {
    List<Area> areas = new ArrayList<>();
    long offset = 0;
    while (offset < capacityBytes) {
      JsonNode reply = question.ask(offset);
      long start = reply.path("startOffset").asLong(-1);
      long length = reply.path("length").asLong(-1);
      if (start != offset || length <= 0 || length > capacityBytes - offset) {
        throw new DemoFailure(
            "QueryChangedDiskAreas from %d of %d bytes answered startOffset %d, length %d."
                .formatted(offset, capacityBytes, start, length));
      }
      for (JsonNode extent : reply.path("changedArea").values()) {
        add(areas, extent, offset, offset + length);
      }
      offset += length;
    }
    return List.copyOf(areas);
  }

  private static void add(List<Area> areas, JsonNode extent, long from, long to) {
    var area = new Area(extent.path("start").asLong(-1), extent.path("length").asLong(-1));
    long earliest = areas.isEmpty() ? from : Math.max(from, areas.getLast().end());
    if (area.start() < earliest || area.length() <= 0 || area.length() > to - area.start()) {
      throw new DemoFailure(
          "QueryChangedDiskAreas answered %s, which is not between %d and %d."
              .formatted(area, earliest, to));
    }
    areas.add(area);
  }
}
