package dev.vcsnap.disk.check;

import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.chain.RunningDisk;
import java.nio.file.Path;
import java.util.List;

/**
 * Which link of a chain holds which parts of the disk.
 *
 * @param sizeBytes size of the disk
 * @param links the base first
 */
public record ChainMap(long sizeBytes, List<LinkRuns> links) {

  private static final int COLUMNS = 64;

  /**
   * What one link holds itself.
   *
   * @param link the descriptor
   * @param runs ascending; DATA where it stores bytes, HOLE or ZERO where it says zero
   */
  public record LinkRuns(Path link, List<BlockStatus> runs) {}

  /** Reads the map of an open chain. */
  public static ChainMap of(RunningDisk disk) {
    return new ChainMap(
        disk.sizeBytes(),
        disk.links().stream().map(link -> new LinkRuns(link, disk.heldBy(link))).toList());
  }

  /**
   * A row a link, the base first, a character for each sixty-fourth of the disk: {@code #} all of
   * it is in this link, {@code +} some of it, {@code 0} only zeros, {@code .} nothing.
   */
  public String picture() {
    int width = links.stream().mapToInt(link -> nameOf(link).length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (LinkRuns link : links) {
      text.append(nameOf(link)).repeat(" ", width - nameOf(link).length()).append("  |");
      text.append(row(link.runs())).append("|\n");
    }
    return text.toString();
  }

  private static String nameOf(LinkRuns link) {
    return String.valueOf(link.link().getFileName());
  }

  private String row(List<BlockStatus> runs) {
    long[] dataBytes = new long[COLUMNS];
    boolean[] zero = new boolean[COLUMNS];
    for (BlockStatus run : runs) {
      long end = run.offset() + run.length();
      for (int column = columnOf(run.offset()); column < COLUMNS; column++) {
        long first = Math.max(startOf(column), run.offset());
        long last = Math.min(startOf(column + 1), end);
        if (startOf(column) >= end) {
          break;
        }
        if (run.kind() == BlockStatus.Kind.DATA) {
          dataBytes[column] += Math.max(0, last - first);
        } else {
          zero[column] = true;
        }
      }
    }
    StringBuilder row = new StringBuilder();
    for (int column = 0; column < COLUMNS; column++) {
      long whole = startOf(column + 1) - startOf(column);
      if (dataBytes[column] == 0) {
        row.append(zero[column] ? '0' : '.');
      } else {
        row.append(dataBytes[column] >= whole ? '#' : '+');
      }
    }
    return row.toString();
  }

  private long startOf(int column) {
    return sizeBytes * column / COLUMNS;
  }

  private int columnOf(long offset) {
    int column = 0;
    while (column < COLUMNS - 1 && startOf(column + 1) <= offset) {
      column++;
    }
    return column;
  }
}
