package dev.vcsnap.disk.check;

import dev.vcsnap.disk.check.ChainMap.Kind;
import dev.vcsnap.disk.check.ChainMap.LinkRuns;
import dev.vcsnap.disk.check.ChainMap.Run;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Draws a map for people: a row a link, the newest on top as a read meets them, a character for
 * each sixty-fourth of the disk, and what share of the disk each link holds and answers for.
 */
public final class ChainPicture {

  private static final int COLUMNS = 64;
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final String LEGEND =
      """
      # all stored here   + partly   0 zeros, recorded here   . nothing here: the link below answers
      A read takes each piece from the topmost link that has it; "answers" is that link's share.
      """;

  private final ChainMap map;

  public ChainPicture(ChainMap map) {
    this.map = map;
  }

  /** The picture, its header and its legend. */
  public String text() {
    List<LinkRuns> links = map.links();
    long[] answered = new long[links.size()];
    map.owners(run -> answered[run.link()] += run.kind() == Kind.HOLE ? 0 : run.length());
    int nameWidth = width("link", links.stream().map(ChainPicture::nameOf));
    int typeWidth = width("type", links.stream().map(LinkRuns::type));
    String form = "%-" + nameWidth + "s  %-" + typeWidth + "s  %s  %10s  %7s%n";
    StringBuilder text = new StringBuilder();
    String size = size(map.sizeBytes());
    text.append(
        "%s: a disk of %s (%d bytes) in %d link%s; one character is %s%n%n"
            .formatted(
                nameOf(links.getLast()),
                size,
                map.sizeBytes(),
                links.size(),
                links.size() == 1 ? "" : "s",
                size(map.sizeBytes() / COLUMNS)));
    String ruler = " 0" + " ".repeat(COLUMNS - 1 - size.length()) + size + " ";
    text.append(form.formatted("link", "type", ruler, "stored", "answers"));
    for (int link = links.size() - 1; link >= 0; link--) {
      LinkRuns runs = links.get(link);
      text.append(
          form.formatted(
              nameOf(runs),
              runs.type(),
              "|" + row(runs.runs()) + "|",
              size(runs.dataBytes()),
              share(answered[link])));
    }
    return text.append('\n').append(LEGEND).toString();
  }

  private static int width(String title, Stream<String> names) {
    return Stream.concat(Stream.of(title), names).mapToInt(String::length).max().orElse(0);
  }

  private static String nameOf(LinkRuns link) {
    return String.valueOf(link.descriptor().getFileName());
  }

  /** Three digits and a unit. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String form = unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, form, value, UNITS[unit]);
  }

  /** A link that answers for a little never shows as nothing. */
  private String share(long bytes) {
    double percent = 100.0 * bytes / map.sizeBytes();
    return bytes > 0 && percent < 0.1 ? "< 0.1 %" : String.format(Locale.ROOT, "%.1f %%", percent);
  }

  String row(List<Run> runs) {
    long[] dataBytes = new long[COLUMNS];
    boolean[] zero = new boolean[COLUMNS];
    for (Run run : runs) {
      for (int column = columnOf(run.offset());
          column < COLUMNS && startOf(column) < run.end();
          column++) {
        long first = Math.max(startOf(column), run.offset());
        long last = Math.min(startOf(column + 1), run.end());
        if (run.kind() == Kind.DATA) {
          dataBytes[column] += Math.max(0, last - first);
        } else {
          zero[column] = true;
        }
      }
    }
    char[] row = new char[COLUMNS];
    Arrays.fill(row, '.');
    for (int column = 0; column < COLUMNS; column++) {
      long whole = startOf(column + 1) - startOf(column);
      if (dataBytes[column] > 0) {
        row[column] = dataBytes[column] >= whole ? '#' : '+';
      } else if (zero[column]) {
        row[column] = '0';
      }
    }
    return new String(row);
  }

  /** Multiplied in two steps, because the whole would pass a long on the largest disks. */
  private long startOf(int column) {
    long whole = map.sizeBytes() / COLUMNS;
    return whole * column + map.sizeBytes() % COLUMNS * column / COLUMNS;
  }

  private int columnOf(long offset) {
    int column = 0;
    while (column < COLUMNS - 1 && startOf(column + 1) <= offset) {
      column++;
    }
    return column;
  }
}
