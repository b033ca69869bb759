package dev.vcsnap.verify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The partitions of a disk, by its GPT or its MBR with the chain of extended ones. */
final class PartitionTable {

  private static final int SECTOR = 512;
  private static final int ENTRIES = 446;
  private static final int ENTRY_BYTES = 16;
  private static final int PROTECTIVE = 0xEE;
  private static final int LOGICAL_MAX = 64;
  private static final int GPT_ENTRIES_MAX = 1024;
  private static final int GPT_ENTRY_BYTES_MAX = 4096;

  private PartitionTable() {}

  /** The partitions that lie on the disk, in the table's order; empty if there is no table. */
  static List<Area> of(Area disk) {
    if (!disk.holds(0, 2 * SECTOR) || !isBootRecord(disk, 0)) {
      return List.of();
    }
    if (disk.has(SECTOR, "EFI PART")) {
      return gpt(disk);
    }
    List<Area> parts = new ArrayList<>();
    ByteBuffer table = disk.bytes(ENTRIES, 4 * ENTRY_BYTES);
    for (int i = 0; i < 4; i++) {
      int status = table.get(i * ENTRY_BYTES) & 0xFF;
      if (status != 0 && status != 0x80) {
        return List.of();
      }
      int type = typeOf(table, i);
      if (isExtended(type)) {
        logical(disk, startOf(table, i), parts);
      } else if (type != 0 && type != PROTECTIVE) {
        add(disk, parts, i + 1, startOf(table, i), lengthOf(table, i));
      }
    }
    return parts;
  }

  private static List<Area> gpt(Area disk) {
    ByteBuffer header = disk.bytes(SECTOR, 96);
    long first = header.getLong(72);
    int count = header.getInt(80);
    int entryBytes = header.getInt(84);
    if (first < 2
        || first > disk.sizeBytes() / SECTOR
        || count < 1
        || count > GPT_ENTRIES_MAX
        || entryBytes < 128
        || entryBytes > GPT_ENTRY_BYTES_MAX) {
      return List.of();
    }
    List<Area> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ByteBuffer entry = disk.bytes(first * SECTOR + (long) i * entryBytes, 48);
      if (entry.getLong(0) != 0 || entry.getLong(8) != 0) {
        long start = entry.getLong(32);
        add(disk, parts, i + 1, start, entry.getLong(40) - start + 1);
      }
    }
    return parts;
  }

  private static void logical(Area disk, long extended, List<Area> parts) {
    long at = extended;
    Set<Long> seen = new HashSet<>();
    for (int number = 5; number < 5 + LOGICAL_MAX && seen.add(at); number++) {
      if (!disk.holds(at * SECTOR, SECTOR) || !isBootRecord(disk, at * SECTOR)) {
        return;
      }
      ByteBuffer table = disk.bytes(at * SECTOR + ENTRIES, 2 * ENTRY_BYTES);
      add(disk, parts, number, at + startOf(table, 0), lengthOf(table, 0));
      if (!isExtended(typeOf(table, 1))) {
        return;
      }
      at = extended + startOf(table, 1);
    }
  }

  private static void add(Area disk, List<Area> parts, int number, long start, long sectors) {
    long inDisk = disk.sizeBytes() / SECTOR;
    if (start > 0 && sectors > 0 && start <= inDisk && sectors <= inDisk - start) {
      parts.add(disk.part("partition " + number, start * SECTOR, sectors * SECTOR));
    }
  }

  private static boolean isBootRecord(Area disk, long offset) {
    return (disk.bytes(offset + 510, 2).getShort(0) & 0xFFFF) == 0xAA55;
  }

  private static boolean isExtended(int type) {
    return type == 0x05 || type == 0x0F || type == 0x85;
  }

  private static int typeOf(ByteBuffer table, int entry) {
    return table.get(entry * ENTRY_BYTES + 4) & 0xFF;
  }

  private static long startOf(ByteBuffer table, int entry) {
    return table.getInt(entry * ENTRY_BYTES + 8) & 0xFFFFFFFFL;
  }

  private static long lengthOf(ByteBuffer table, int entry) {
    return table.getInt(entry * ENTRY_BYTES + 12) & 0xFFFFFFFFL;
  }
}
