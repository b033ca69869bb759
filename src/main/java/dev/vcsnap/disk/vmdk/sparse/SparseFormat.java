package dev.vcsnap.disk.vmdk.sparse;

import dev.vcsnap.disk.io.DiskFile;

/**
 * How one file of a format lays out its directory, its tables and its grains. A table has {@link
 * #TABLE_ENTRIES} entries, and covers one region of the disk.
 *
 * <p>A <em>place</em> says where a table is, in the format's own unit and never 0; a <em>slot</em>
 * says where a grain is, and grains in slots that follow each other follow each other in the file.
 */
public interface SparseFormat {

  /** Entries of a table in every format that there is. */
  int TABLE_ENTRIES = 4096;

  /** Bytes of a grain, a power of two. */
  int grainBytes();

  /** Grains of the disk. */
  long grainCount();

  /** Bytes of an entry of a table, 4 or 8. */
  int entryBytes();

  /** Bytes of an entry of the directory, 4 or 8. */
  int directoryEntryBytes();

  /** Where the directory begins in the file. */
  long directoryByte();

  /** The place that a directory entry names, or 0; CORRUPT when there can be none. */
  int placeOf(int region, long entry);

  /** The directory entry that names a place. */
  long directoryEntry(int place);

  /** By how much two places differ at least. */
  int placeStep();

  /** Where the table begins in the file. */
  long tableByte(int place);

  /** The value, as {@link Grains} has it, of a table's entry; CORRUPT when it means nothing. */
  int valueOf(long entry);

  /** The table's entry for a value. */
  long entryOf(int value);

  /** Where the slot begins in the file. */
  long slotByte(long slot);

  /** How many slots there can be. */
  long slotLimit();

  /** Whether a slot that no table names is free; not where other things lie among the grains. */
  boolean reusesSlots();

  /** Whether an entry can say that a grain is zero. */
  boolean recordsZeros();

  /**
   * Finds room for a new table, which must read as zeros.
   *
   * @param highestPlace the highest place that is taken, 0 when none is
   */
  int takeTable(DiskFile file, int highestPlace, SlotAllocator slots);

  /** Notes in the file that it is going to be written. */
  void noteOpened(DiskFile file);

  /** Brings the header's counters up to date, which everybody can also derive. */
  void noteFlushed(DiskFile file, int highestPlace, SlotAllocator slots);

  /** Notes in the file that it is complete. */
  void noteClosed(DiskFile file);
}
