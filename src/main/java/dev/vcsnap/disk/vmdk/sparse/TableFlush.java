package dev.vcsnap.disk.vmdk.sparse;

import dev.vcsnap.disk.io.DiskFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Brings data and changed tables to the disk, so that a table never names a grain whose bytes may
 * be lost. One flush serves everybody whose bytes were written when it began.
 */
final class TableFlush {

  private static final int SECTOR_BYTES = 512;

  /** Table sectors that one round holds in memory. */
  private static final int ROUND_SECTORS = 16_384;

  private final DiskFile file;
  private final SparseFormat format;
  private final SlotAllocator slots;
  private volatile boolean unsynced;

  TableFlush(DiskFile file, SparseFormat format, SlotAllocator slots) {
    this.file = file;
    this.format = format;
    this.slots = slots;
  }

  int entriesPerSector() {
    return SECTOR_BYTES / format.entryBytes();
  }

  /** After a write and before its acknowledgement: a flush that begins now must sync. */
  void noteWrite() {
    if (!unsynced) {
      unsynced = true;
    }
  }

  boolean isDone(List<GrainTable> changed) {
    synchronized (changed) {
      return changed.isEmpty() && !unsynced;
    }
  }

  /**
   * @param changed the tables with changed sectors, and the lock of everything that changes them
   */
  synchronized void run(ArrayList<GrainTable> changed, IntSupplier highestPlace) {
    while (true) {
      List<Change> round = takeRound(changed);
      if (round.isEmpty() && !unsynced) {
        return;
      }
      // First this, then the sync: what is written in between asks for another one.
      unsynced = false;
      boolean done = false;
      try {
        file.sync();
        if (!round.isEmpty()) {
          write(round, changed, highestPlace);
          file.sync();
        }
        done = true;
      } finally {
        end(round, changed, done);
      }
      if (round.size() < ROUND_SECTORS) {
        return;
      }
    }
  }

  /** A table's changed sectors as they will be in the file. */
  private record Change(GrainTable table, int sector, ByteBuffer content) {}

  private List<Change> takeRound(ArrayList<GrainTable> changed) {
    List<Change> round = new ArrayList<>();
    synchronized (changed) {
      while (!changed.isEmpty() && round.size() < ROUND_SECTORS) {
        GrainTable table = changed.removeLast();
        long sectors = table.changedSectors;
        table.changedSectors = 0;
        table.inFlush = true;
        while (sectors != 0) {
          int first = Long.numberOfTrailingZeros(sectors);
          int count = Long.numberOfTrailingZeros(~(sectors >>> first));
          sectors &= count == 64 ? 0 : ~(((1L << count) - 1) << first);
          round.add(new Change(table, first, encode(table, first, count)));
        }
      }
    }
    return round;
  }

  private ByteBuffer encode(GrainTable table, int firstSector, int sectorCount) {
    ByteBuffer content = LittleEndian.allocate(sectorCount * SECTOR_BYTES);
    int perSector = entriesPerSector();
    for (int i = firstSector * perSector; i < (firstSector + sectorCount) * perSector; i++) {
      LittleEndian.put(content, format.entryOf(table.value(i)), format.entryBytes());
    }
    return content.flip();
  }

  private void write(List<Change> round, ArrayList<GrainTable> changed, IntSupplier highestPlace) {
    for (Change change : round) {
      long at = format.tableByte(change.table.place) + (long) change.sector * SECTOR_BYTES;
      file.writeAt(at, change.content.duplicate());
    }
    for (Change change : round) {
      GrainTable table = change.table;
      if (!table.listed) {
        int entryBytes = format.directoryEntryBytes();
        ByteBuffer entry = LittleEndian.allocate(entryBytes);
        LittleEndian.put(entry, format.directoryEntry(table.place), entryBytes);
        file.writeAt(format.directoryByte() + (long) table.region * entryBytes, entry.flip());
        table.listed = true;
      }
    }
    int highest;
    synchronized (changed) {
      highest = highestPlace.getAsInt();
    }
    format.noteFlushed(file, highest, slots);
  }

  /** After a failure the sectors must be written again, whatever they hold by then. */
  private void end(List<Change> round, ArrayList<GrainTable> changed, boolean done) {
    synchronized (changed) {
      for (Change change : round) {
        GrainTable table = change.table;
        table.inFlush = false;
        if (!done) {
          table.listed = false;
          if (table.changedSectors == 0) {
            changed.add(table);
          }
          int count = change.content.capacity() / SECTOR_BYTES;
          long bits = count == 64 ? -1 : (1L << count) - 1;
          table.changedSectors |= bits << change.sector;
        }
      }
    }
    if (!done) {
      unsynced = true;
    }
  }
}
