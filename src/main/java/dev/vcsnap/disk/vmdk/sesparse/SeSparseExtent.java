package dev.vcsnap.disk.vmdk.sesparse;

import static dev.vcsnap.disk.vmdk.sesparse.SeSparseLayout.GRAIN_BYTES;
import static dev.vcsnap.disk.vmdk.sesparse.SeSparseLayout.SECTOR_BYTES;
import static dev.vcsnap.disk.vmdk.sesparse.SeSparseLayout.TABLE_BYTES;
import static dev.vcsnap.disk.vmdk.sesparse.SeSparseLayout.TABLE_ENTRIES;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.vmdk.sesparse.GrainTables.Table;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An open SEsparse delta: which grains it holds, and their bytes.
 *
 * <p>Any number of threads may read and overwrite stored grains. New grains and zeroed ones ({@link
 * #writeGrains}, {@link #zeroGrains}) need the caller's lock for the grains concerned, because only
 * the caller knows what a partly written grain starts from.
 *
 * <p>Tables live in memory and reach the file with {@link #flush}, in the order data, then tables
 * and directory, with a sync between. A file that was never flushed or closed is a valid older
 * state of itself. The volatile header's counter is derived on open and only kept for others.
 */
public final class SeSparseExtent implements AutoCloseable {

  /** {@link #slotOf}: not in this delta. */
  public static final long ABSENT = GrainTables.ABSENT;

  /** {@link #slotOf}: reads as zeros. */
  public static final long ZERO = GrainTables.ZERO;

  /** Bytes of a grain. */
  public static final int GRAIN_SIZE_BYTES = GRAIN_BYTES;

  /** Grains that one table covers; nothing is known about a region without a table. */
  public static final int REGION_GRAINS = TABLE_ENTRIES;

  /** Table sectors that one round of a flush holds in memory. */
  private static final int FLUSH_ROUND_SECTORS = 16_384;

  private final DiskFile file;
  private final SeSparseLayout layout;
  private final GrainTables tables;
  private final SlotAllocator slots;
  private final AtomicLong storedGrains = new AtomicLong();

  /** Tables with changed sectors; guarded by itself. */
  private final ArrayList<Table> changed = new ArrayList<>();

  private final Object flushLock = new Object();
  private long nextTable;
  private volatile boolean unsynced;

  private SeSparseExtent(DiskFile file, SeSparseLayout layout) {
    this.file = file;
    this.layout = layout;
    this.tables = new GrainTables(layout.regionCount());
    this.slots = new SlotAllocator(load(), layout.grainCount());
  }

  /** Makes an empty delta for a disk of that many sectors. */
  public static void create(DiskFiles files, Path path, long capacitySectors) {
    SeSparseLayout layout = SeSparseLayout.of(capacitySectors);
    try (DiskFile file = files.create(path)) {
      try {
        file.resize(layout.grainsOffset() * SECTOR_BYTES);
        file.writeAt(0, layout.headers(0));
        file.sync();
      } catch (BlockError failure) {
        files.delete(path);
        throw failure;
      }
    }
  }

  /**
   * Takes over an open file.
   *
   * @throws BlockError NOT_THIS_FORMAT, TOO_NEW, or CORRUPT with the entry that cannot be right
   */
  public static SeSparseExtent open(DiskFile file, long capacitySectors) {
    try {
      if (file.size() < 2 * SECTOR_BYTES) {
        throw new BlockError(Kind.NOT_THIS_FORMAT, "the file is shorter than its headers");
      }
      ByteBuffer header = ByteBuffer.allocate(2 * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.readAt(0, header);
      SeSparseLayout layout = SeSparseLayout.parse(header.flip());
      if (layout.capacitySectors() != capacitySectors) {
        throw new BlockError(
            Kind.CORRUPT,
            "the header says %d sectors, the descriptor %d"
                .formatted(layout.capacitySectors(), capacitySectors));
      }
      if (header.getLong(SECTOR_BYTES) != SeSparseLayout.VOLATILE_MAGIC) {
        throw new BlockError(Kind.CORRUPT, "the volatile header has no magic");
      }
      if (header.getLong(SECTOR_BYTES + 24) != 0) {
        throw new BlockError(Kind.UNSUPPORTED, "its journal must be replayed by ESXi first");
      }
      return new SeSparseExtent(file, layout);
    } catch (BlockError error) {
      throw new BlockError(
          error.kind(), "'%s': %s".formatted(file.path(), error.getMessage()), error);
    }
  }

  /** Reads all tables and returns the slots in use. */
  private BitSet load() {
    BitSet usedSlots = new BitSet();
    long lastTable = -1;
    ByteBuffer entries = ByteBuffer.allocate(TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer directory = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    BitSet usedTables = new BitSet();
    for (int region = 0; region < layout.regionCount(); region++) {
      int within = region % (directory.capacity() / 8);
      if (within == 0) {
        int left = Math.min(layout.regionCount() - region, directory.capacity() / 8);
        directory.clear().limit(left * 8);
        file.readAt(layout.directoryByte(region), directory);
      }
      long entry = directory.getLong(within * 8);
      if (entry == 0) {
        continue;
      }
      long index = entry & ~SeSparseLayout.HAS_TABLE;
      if ((entry & SeSparseLayout.HAS_TABLE) == 0 || index >= layout.regionCount()) {
        throw new BlockError(
            Kind.CORRUPT, "directory entry %d is 0x%x, no table".formatted(region, entry));
      }
      if (usedTables.get((int) index)) {
        throw new BlockError(
            Kind.CORRUPT, "directory entry %d names table %d again".formatted(region, index));
      }
      usedTables.set((int) index);
      Table table = new Table(region, index);
      table.listed = true;
      entries.clear();
      file.readAt(layout.tableByte(index), entries);
      decode(table, entries, usedSlots);
      lastTable = Math.max(lastTable, index);
      tables.put(table);
    }
    nextTable = lastTable + 1;
    return usedSlots;
  }

  private void decode(Table table, ByteBuffer entries, BitSet usedSlots) {
    // Asked for each table: a file that is only looked at may grow meanwhile.
    long slotLimit = (file.size() - layout.slotByte(0)) / GRAIN_BYTES;
    for (int i = 0; i < TABLE_ENTRIES; i++) {
      long entry = entries.getLong(i * 8);
      if (entry == 0) {
        continue;
      }
      int value =
          switch (SeSparseLayout.type(entry)) {
            case SeSparseLayout.TYPE_UNMAPPED, SeSparseLayout.TYPE_ZERO -> 1;
            case SeSparseLayout.TYPE_STORED -> {
              long slot = SeSparseLayout.slot(entry);
              if (slot > GrainTables.MAXIMUM_SLOT || slot >= slotLimit) {
                throw new BlockError(
                    Kind.CORRUPT,
                    "entry %d of table %d names grain %d; the file has %d"
                        .formatted(i, table.index, slot, slotLimit));
              }
              if (usedSlots.get((int) slot)) {
                throw new BlockError(
                    Kind.CORRUPT,
                    "entry %d of table %d names grain %d again".formatted(i, table.index, slot));
              }
              usedSlots.set((int) slot);
              storedGrains.incrementAndGet();
              yield GrainTables.stored(slot);
            }
            default ->
                throw new BlockError(
                    Kind.CORRUPT, "entry %d of table %d is 0x%x".formatted(i, table.index, entry));
          };
      table.entries[i] = value;
    }
  }

  public DiskFile file() {
    return file;
  }

  /** Where the grain's bytes are in this delta: a slot, {@link #ZERO} or {@link #ABSENT}. */
  public long slotOf(long grain) {
    return GrainTables.slotOf(tables.value(grain));
  }

  /**
   * How many grains from {@code grain}, at most {@code limit}, lie in slots that follow each other.
   */
  public int storedRun(long grain, int limit) {
    long slot = slotOf(grain);
    int count = 0;
    while (count < limit && slot >= 0 && slotOf(grain + count) == slot + count) {
      count++;
    }
    return count;
  }

  /** The first region at or after {@code region} of which anything is held, or the region count. */
  public int nextRegion(int region) {
    return tables.next(region);
  }

  public int regionCount() {
    return layout.regionCount();
  }

  /** Reads from a run of slots, starting {@code within} bytes into the first. */
  public void readSlot(long slot, int within, ByteBuffer target) {
    file.readAt(layout.slotByte(slot) + within, target);
  }

  /** Overwrites stored grains in place. */
  public void overwriteSlot(long slot, int within, ByteBuffer source) {
    file.writeAt(layout.slotByte(slot) + within, source);
    noteWrite();
  }

  /** After a write and before its acknowledgement: a flush that begins now must sync. */
  private void noteWrite() {
    if (!unsynced) {
      unsynced = true;
    }
  }

  /** Writes whole grains, in place where the grain has a slot, in new slots otherwise. */
  public void writeGrains(long firstGrain, ByteBuffer source) {
    int end = source.limit();
    long grain = firstGrain;
    while (source.position() < end) {
      int wanted = (end - source.position()) / GRAIN_BYTES;
      long own = GrainTables.ownSlotOf(tables.value(grain));
      int count = 1;
      if (own >= 0) {
        while (count < wanted && ownSlot(grain + count) == own + count) {
          count++;
        }
      } else {
        while (count < wanted && ownSlot(grain + count) < 0) {
          count++;
        }
        SlotAllocator.Run run = slots.take(count);
        own = run.first();
        count = run.count();
      }
      source.limit(source.position() + count * GRAIN_BYTES);
      file.writeAt(layout.slotByte(own), source);
      source.limit(end);
      noteWrite();
      assign(grain, own, count);
      grain += count;
    }
  }

  private long ownSlot(long grain) {
    return GrainTables.ownSlotOf(tables.value(grain));
  }

  private void assign(long firstGrain, long firstSlot, int count) {
    synchronized (changed) {
      for (int i = 0; i < count; i++) {
        set(firstGrain + i, GrainTables.stored(firstSlot + i));
      }
    }
  }

  /** Records that the grains read as zeros; their slots stay theirs until the file is closed. */
  public void zeroGrains(long firstGrain, int count) {
    synchronized (changed) {
      for (int i = 0; i < count; i++) {
        set(firstGrain + i, GrainTables.zeroed(tables.value(firstGrain + i)));
      }
    }
  }

  /** Changes one entry; the caller holds {@code changed}. */
  private void set(long grain, int value) {
    int region = (int) (grain / TABLE_ENTRIES);
    int entry = (int) (grain % TABLE_ENTRIES);
    Table table = tables.at(region);
    if (table == null) {
      table = new Table(region, nextTable++);
      tables.put(table);
    }
    int before = table.entries[entry];
    if (before == value) {
      return;
    }
    if (before <= 1 && value > 1) {
      storedGrains.incrementAndGet();
    } else if (before > 1 && value <= 1) {
      storedGrains.decrementAndGet();
    }
    GrainTables.set(table, entry, value);
    if (table.changedSectors == 0) {
      changed.add(table);
    }
    table.changedSectors |= 1L << (entry / 64);
  }

  /** Bytes of grain data that this delta holds. */
  public long storedBytes() {
    return storedGrains.get() * GRAIN_BYTES;
  }

  /**
   * Makes everything durable that was written before the call. Callers that arrive while a flush
   * runs wait for it and then find their bytes done by the first of them.
   */
  public void flush() {
    synchronized (flushLock) {
      while (true) {
        List<TableChange> round = takeRound();
        if (round.isEmpty() && !unsynced) {
          return;
        }
        // First this, then the sync: what is written in between asks for another one.
        unsynced = false;
        try {
          file.sync();
          if (!round.isEmpty()) {
            writeRound(round);
            file.sync();
          }
        } catch (BlockError failure) {
          unsynced = true;
          giveBack(round);
          throw failure;
        }
        if (round.size() < FLUSH_ROUND_SECTORS) {
          return;
        }
      }
    }
  }

  /** A table's changed sectors as they will be in the file. */
  private record TableChange(Table table, int sector, ByteBuffer content) {}

  private List<TableChange> takeRound() {
    List<TableChange> round = new ArrayList<>();
    synchronized (changed) {
      while (!changed.isEmpty() && round.size() < FLUSH_ROUND_SECTORS) {
        Table table = changed.removeLast();
        long sectors = table.changedSectors;
        table.changedSectors = 0;
        while (sectors != 0) {
          int first = Long.numberOfTrailingZeros(sectors);
          int count = Long.numberOfTrailingZeros(~(sectors >>> first));
          sectors &= count == 64 ? 0 : ~(((1L << count) - 1) << first);
          round.add(new TableChange(table, first, encode(table, first, count)));
        }
      }
    }
    return round;
  }

  private static ByteBuffer encode(Table table, int firstSector, int sectorCount) {
    ByteBuffer content =
        ByteBuffer.allocate(sectorCount * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = firstSector * 64; i < (firstSector + sectorCount) * 64; i++) {
      int value = table.entries[i];
      long slot = GrainTables.slotOf(value);
      if (slot >= 0) {
        content.putLong(SeSparseLayout.storedEntry(slot));
      } else {
        content.putLong(slot == ZERO ? SeSparseLayout.ZERO_ENTRY : 0);
      }
    }
    return content.flip();
  }

  private void writeRound(List<TableChange> round) {
    for (TableChange change : round) {
      long at = layout.tableByte(change.table.index) + (long) change.sector * SECTOR_BYTES;
      file.writeAt(at, change.content.duplicate());
    }
    boolean grown = false;
    for (TableChange change : round) {
      Table table = change.table;
      if (!table.listed) {
        grown = true;
        ByteBuffer entry = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        entry.putLong(0, SeSparseLayout.HAS_TABLE | table.index);
        file.writeAt(layout.directoryByte(table.region), entry);
        table.listed = true;
      }
    }
    if (grown) {
      file.writeAt(SECTOR_BYTES, layout.headers(tableCount()).position(SECTOR_BYTES));
    }
  }

  private long tableCount() {
    synchronized (changed) {
      return nextTable;
    }
  }

  /** After a failure: these sectors must be written again, whatever they hold by then. */
  private void giveBack(List<TableChange> round) {
    synchronized (changed) {
      for (TableChange change : round) {
        if (change.table.changedSectors == 0) {
          changed.add(change.table);
        }
        int count = change.content.capacity() / SECTOR_BYTES;
        long bits = count == 64 ? -1 : (1L << count) - 1;
        change.table.changedSectors |= bits << change.sector;
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
