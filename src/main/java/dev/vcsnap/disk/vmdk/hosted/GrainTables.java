package dev.vcsnap.disk.vmdk.hosted;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;
import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.TABLE_ENTRIES;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds the sector of a grain: the directory in memory, and the tables that were asked for last.
 *
 * <p>Every place is checked against the end of the file before it is used.
 */
final class GrainTables {

  /** What an entry says when there is nothing in the file for a grain. */
  static final long ABSENT = 0;

  /** What an entry says when the grain is zeros, in files that have such entries. */
  static final long ZERO = 1;

  private static final int TABLE_BYTES = TABLE_ENTRIES * Integer.BYTES;
  private static final int KEPT_TABLES = 256;

  private final DiskFile file;
  private final HostedHeader header;
  private final long fileBytes;
  private final int[] directory;
  private final Map<Integer, int[]> tables = new LinkedHashMap<>(16, 0.75f, true);

  private GrainTables(DiskFile file, HostedHeader header, long fileBytes, int[] directory) {
    this.file = file;
    this.header = header;
    this.fileBytes = fileBytes;
    this.directory = directory;
  }

  /** Reads the directory that the header (or the footer) names. */
  static GrainTables open(DiskFile file, HostedHeader header) {
    long fileBytes = file.size();
    long at = header.directoryOffset() * SECTOR_BYTES;
    int count = header.tableCount();
    if (at > fileBytes - (long) count * Integer.BYTES) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' has %d bytes; its grain directory of %d entries at byte %d leaves it"
              .formatted(file.path(), fileBytes, count, at));
    }
    int[] directory = read(file, at, count);
    for (int i = 0; i < count; i++) {
      long table = Integer.toUnsignedLong(directory[i]) * SECTOR_BYTES;
      if (table > fileBytes - TABLE_BYTES) {
        throw new BlockError(
            Kind.CORRUPT,
            "'%s' has %d bytes; grain table %d at byte %d (named at byte %d) leaves it"
                .formatted(file.path(), fileBytes, i, table, at + (long) i * Integer.BYTES));
      }
    }
    return new GrainTables(file, header, fileBytes, directory);
  }

  private static int[] read(DiskFile file, long at, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.readAt(at, bytes);
    int[] entries = new int[count];
    bytes.flip().asIntBuffer().get(entries);
    return entries;
  }

  /** The sector of the file where a grain is, {@link #ABSENT} or {@link #ZERO}. */
  long sectorOf(long grain) {
    int index = (int) (grain / TABLE_ENTRIES);
    if (directory[index] == 0) {
      return ABSENT;
    }
    int within = (int) (grain % TABLE_ENTRIES);
    long sector = Integer.toUnsignedLong(table(index)[within]);
    if (sector == ABSENT || (sector == ZERO && header.zeroEntries())) {
      return sector;
    }
    long least = header.compressed() ? PackedGrain.MARKER_BYTES : header.grainBytesAt(grain);
    if (sector < header.overheadSectors() || sector * SECTOR_BYTES > fileBytes - least) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' has %d bytes; grain %d at sector %d (named at byte %d) is not among its grains"
              .formatted(file.path(), fileBytes, grain, sector, tableByte(index) + within * 4L));
    }
    return sector;
  }

  /** How many grains from this one on have no table, and so nothing in the file. */
  long withoutTable(long grain) {
    int index = (int) (grain / TABLE_ENTRIES);
    int end = index;
    while (end < directory.length && directory[end] == 0) {
      end++;
    }
    return end == index ? 0 : (long) end * TABLE_ENTRIES - grain;
  }

  private long tableByte(int index) {
    return Integer.toUnsignedLong(directory[index]) * SECTOR_BYTES;
  }

  private int[] table(int index) {
    synchronized (tables) {
      int[] known = tables.get(index);
      if (known != null) {
        return known;
      }
    }
    int[] table = read(file, tableByte(index), TABLE_ENTRIES);
    synchronized (tables) {
      tables.put(index, table);
      if (tables.size() > KEPT_TABLES) {
        tables.remove(tables.keySet().iterator().next());
      }
    }
    return table;
  }
}
