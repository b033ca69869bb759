package dev.vcsnap.disk.vmdk.sparse;

import static dev.vcsnap.disk.vmdk.sparse.SparseFormat.TABLE_ENTRIES;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.BufferPool;
import dev.vcsnap.disk.io.DiskFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open delta: which grains it holds, and their bytes.
 *
 * <p>Any number of threads may read and overwrite stored grains. New grains and zeroed ones ({@link
 * #writeGrains}, {@link #zeroGrains}) need the caller's lock for the grains concerned, because only
 * the caller knows what a partly written grain starts from.
 *
 * <p>Opening reads the directory; a table is read when it is asked for. Changed tables live in
 * memory and reach the file with {@link #flush}: data first, then tables and directory, with a sync
 * between. A file that was never flushed or closed is a valid older state of itself.
 */
public final class SparseExtent implements AutoCloseable {

  private static final BufferPool ZEROS = new BufferPool(GrainTable.BLOCK_BYTES, 4);
  private static final int DIRECTORY_ROUND_BYTES = 1 << 16;

  private final DiskFile file;
  private final SparseFormat format;
  private final int grainBytes;
  private final TableBudget budget;
  private final GrainTables tables;
  private final SlotAllocator slots;
  private final TableFlush flush;

  /** Tables with changed sectors; guards everything that changes values. */
  private final ArrayList<GrainTable> changed = new ArrayList<>();

  private int highestPlace;
  private volatile boolean noted;

  /**
   * Takes over an open file, whose directory must be right.
   *
   * @throws BlockError CORRUPT with the entry that cannot be right
   */
  public SparseExtent(DiskFile file, SparseFormat format, TableBudget budget) {
    this(file, format, budget, false);
  }

  private SparseExtent(
      DiskFile file, SparseFormat format, TableBudget budget, boolean dropUnusedEnd) {
    this.file = file;
    this.format = format;
    this.grainBytes = format.grainBytes();
    this.budget = budget;
    this.tables = new GrainTables(regionCount(), this::load, budget);
    readDirectory();
    if (dropUnusedEnd) {
      dropUnusedEnd();
    }
    long used = Math.ceilDiv(Math.max(0, file.size() - format.slotByte(0)), (long) grainBytes);
    this.slots =
        new SlotAllocator(used, format.slotLimit(), format.reusesSlots() ? this::usedSlots : null);
    this.flush = new TableFlush(file, format, slots);
  }

  /** Takes over a file that was not closed, without what no table names at its end. */
  public static SparseExtent recovered(DiskFile file, SparseFormat format, TableBudget budget) {
    return new SparseExtent(file, format, budget, true);
  }

  private void dropUnusedEnd() {
    long end = format.directoryByte() + (long) regionCount() * format.directoryEntryBytes();
    for (int region = tables.next(0); region < regionCount(); region = tables.next(region + 1)) {
      GrainTable table = table((long) region * TABLE_ENTRIES);
      for (int i = 0; table != null && i < TABLE_ENTRIES; i++) {
        end = Math.max(end, format.slotByte(Grains.slotOf(table.value(i)) + 1));
      }
    }
    if (highestPlace != 0) {
      end =
          Math.max(
              end, format.tableByte(highestPlace) + TABLE_ENTRIES * (long) format.entryBytes());
    }
    end = Math.ceilDiv(end, 512L) * 512;
    if (end < file.size()) {
      file.resize(end);
    }
  }

  private void readDirectory() {
    int entryBytes = format.directoryEntryBytes();
    ByteBuffer entries = LittleEndian.allocate(DIRECTORY_ROUND_BYTES);
    List<int[]> found = new ArrayList<>();
    int regions = regionCount();
    for (int first = 0; first < regions; first += DIRECTORY_ROUND_BYTES / entryBytes) {
      int count = Math.min(regions - first, DIRECTORY_ROUND_BYTES / entryBytes);
      entries.clear().limit(count * entryBytes);
      file.readAt(format.directoryByte() + (long) first * entryBytes, entries);
      int[] places = new int[count];
      int some = 0;
      for (int i = 0; i < count; i++) {
        long entry = LittleEndian.get(entries, i * entryBytes, entryBytes);
        if (entry != 0) {
          places[some] = format.placeOf(first + i, entry);
          tables.locate(first + i, places[some]);
          some++;
        }
      }
      if (some > 0) {
        found.add(Arrays.copyOf(places, some));
      }
    }
    refuseSharedTables(found);
  }

  /** Two regions in one table would change each other. */
  private void refuseSharedTables(List<int[]> found) {
    int[] places = found.stream().flatMapToInt(Arrays::stream).sorted().toArray();
    for (int i = 1; i < places.length; i++) {
      if (places[i] - places[i - 1] < format.placeStep()) {
        throw new BlockError(
            Kind.CORRUPT,
            "the directory names the table at %d again, or one that overlaps it"
                .formatted(places[i - 1]));
      }
    }
    highestPlace = places.length == 0 ? 0 : places[places.length - 1];
  }

  private GrainTable load(int region, int place) {
    GrainTable table = new GrainTable(region, place, grainBytes);
    table.listed = true;
    table.load(valuesOf(region, place));
    return table;
  }

  private int[] valuesOf(int region, int place) {
    int entryBytes = format.entryBytes();
    ByteBuffer entries = LittleEndian.allocate(TABLE_ENTRIES * entryBytes);
    file.readAt(format.tableByte(place), entries);
    // Asked for each table: a file that is only looked at may grow meanwhile.
    long end = Math.ceilDiv(file.size() - format.slotByte(0), (long) grainBytes);
    int[] values = new int[TABLE_ENTRIES];
    for (int i = 0; i < TABLE_ENTRIES; i++) {
      long entry = LittleEndian.get(entries, i * entryBytes, entryBytes);
      if (entry == 0) {
        continue;
      }
      try {
        int value = format.valueOf(entry);
        if (Grains.slotOf(value) >= end) {
          throw new BlockError(
              Kind.CORRUPT,
              "it names grain %d; the file ends at %d".formatted(Grains.slotOf(value), end));
        }
        values[i] = value;
      } catch (BlockError error) {
        throw new BlockError(
            error.kind(),
            "'%s': entry %d of the table of region %d: %s"
                .formatted(file.path(), i, region, error.getMessage()),
            error);
      }
    }
    return values;
  }

  private BitSet usedSlots() {
    BitSet used = new BitSet();
    for (int region = tables.next(0); region < regionCount(); region = tables.next(region + 1)) {
      GrainTable table = tables.at(region);
      for (int i = 0; table != null && i < TABLE_ENTRIES; i++) {
        long slot = Grains.ownSlotOf(table.value(i));
        if (slot >= 0) {
          used.set((int) slot);
        }
      }
    }
    return used;
  }

  public DiskFile file() {
    return file;
  }

  /** Bytes of a grain: the smallest piece that this delta holds. */
  public int grainBytes() {
    return grainBytes;
  }

  /** Whether zeros take no room. */
  public boolean recordsZeros() {
    return format.recordsZeros();
  }

  /** How many grains one table covers; nothing is known about a region without a table. */
  public static int regionGrains() {
    return TABLE_ENTRIES;
  }

  public int regionCount() {
    return (int) Math.ceilDiv(format.grainCount(), (long) TABLE_ENTRIES);
  }

  /** The first region at or after {@code region} of which anything is held, or the region count. */
  public int nextRegion(int region) {
    return tables.next(region);
  }

  /** The same, not looking further than {@code end}, which it gives when there is none before. */
  public int nextRegion(int region, int end) {
    return tables.next(region, end);
  }

  /** Bytes of grain data that the file has room for. */
  public long storedBytes() {
    return slots.end() * grainBytes;
  }

  // ---- look-up

  private int value(long grain) {
    GrainTable table = table(grain);
    return table == null ? Grains.ASK_PARENT : table.value((int) (grain % TABLE_ENTRIES));
  }

  private @Nullable GrainTable table(long grain) {
    GrainTable table = tables.at((int) (grain / TABLE_ENTRIES));
    if (tables.wantsRoom()) {
      synchronized (changed) {
        tables.letGo();
      }
    }
    return table;
  }

  /** Where the grain is: a slot, {@link Grains#ZERO} or {@link Grains#ABSENT}. */
  public long slotOf(long grain) {
    return Grains.slotOf(value(grain));
  }

  /**
   * How many grains from {@code grain}, at least one and at most {@code limit}, are alike: absent,
   * zero, or stored in slots that follow each other.
   */
  public int run(long grain, int limit) {
    long slot = slotOf(grain);
    int count = 0;
    while (count < limit && slotOf(grain + count) == (slot >= 0 ? slot + count : slot)) {
      GrainTable table = table(grain + count);
      int entry = (int) ((grain + count) % TABLE_ENTRIES);
      int left = Math.min(limit - count, TABLE_ENTRIES - entry);
      count += table == null ? left : table.run(entry, left);
    }
    return Math.max(1, Math.min(count, limit));
  }

  /** How much of a block a delta has. */
  public enum Holding {
    NOTHING,
    SOMETHING,
    EVERYTHING
  }

  /** Whether any of the grains, or all of them, are held here, stored or zero. */
  public Holding holding(long firstGrain, int count) {
    int same = run(firstGrain, count);
    if (same < count) {
      return Holding.SOMETHING;
    }
    return holds(firstGrain) ? Holding.EVERYTHING : Holding.NOTHING;
  }

  /** Whether the grain is held here, stored or zero. */
  public boolean holds(long grain) {
    return value(grain) != Grains.ASK_PARENT;
  }

  // ---- bytes

  /** Reads from a run of slots, starting {@code within} bytes into the first. */
  public void readSlot(long slot, int within, ByteBuffer target) {
    file.readAt(format.slotByte(slot) + within, target);
  }

  /** Overwrites stored grains in place. */
  public void overwriteSlot(long slot, int within, ByteBuffer source) {
    noteOpened();
    file.writeAt(format.slotByte(slot) + within, source);
    flush.noteWrite();
  }

  /** Writes whole grains, in place where the grain has a slot, in new slots otherwise. */
  public void writeGrains(long firstGrain, ByteBuffer source) {
    noteOpened();
    int end = source.limit();
    long grain = firstGrain;
    while (source.position() < end) {
      int wanted = (end - source.position()) / grainBytes;
      long slot = Grains.ownSlotOf(value(grain));
      int count = 1;
      if (slot >= 0) {
        while (count < wanted && Grains.ownSlotOf(value(grain + count)) == slot + count) {
          count++;
        }
      } else {
        while (count < wanted && Grains.ownSlotOf(value(grain + count)) < 0) {
          count++;
        }
        requireTable(grain);
        SlotAllocator.Run run = slots.take(count);
        slot = run.first();
        count = run.count();
      }
      source.limit(source.position() + count * grainBytes);
      file.writeAt(format.slotByte(slot), source);
      source.limit(end);
      flush.noteWrite();
      synchronized (changed) {
        set(grain, count, Grains.stored(slot));
      }
      grain += count;
    }
  }

  /**
   * Makes grains zero. Where the format can record that, their slots stay theirs until the file is
   * closed; elsewhere zeros are written.
   */
  public void zeroGrains(long firstGrain, int count) {
    if (!format.recordsZeros()) {
      writeZeros(firstGrain, count);
      return;
    }
    noteOpened();
    synchronized (changed) {
      for (int i = 0; i < count; i++) {
        set(firstGrain + i, 1, Grains.zeroed(value(firstGrain + i)));
      }
    }
  }

  private void writeZeros(long firstGrain, int count) {
    ByteBuffer zeros = ZEROS.take();
    try {
      int most = zeros.capacity() / grainBytes;
      for (int done = 0; done < count; done += most) {
        zeros.clear().limit(Math.min(most, count - done) * grainBytes);
        writeGrains(firstGrain + done, zeros);
      }
    } finally {
      ZEROS.give(zeros);
    }
  }

  private void noteOpened() {
    if (!noted) {
      synchronized (changed) {
        if (!noted) {
          format.noteOpened(file);
          noted = true;
        }
      }
    }
  }

  /** Changes values that are alike or follow each other; the caller holds {@code changed}. */
  private void set(long firstGrain, int count, int firstValue) {
    int step = Grains.isConstant(firstValue) ? 0 : 1;
    int done = 0;
    while (done < count) {
      int entry = (int) ((firstGrain + done) % TABLE_ENTRIES);
      int piece = Math.min(count - done, TABLE_ENTRIES - entry);
      setIn(tableFor(firstGrain + done), entry, piece, firstValue + done * step);
      done += piece;
    }
  }

  /** Where tables lie among grains, one that comes first keeps grains together. */
  private void requireTable(long grain) {
    if (tables.at((int) (grain / TABLE_ENTRIES)) == null) {
      synchronized (changed) {
        tableFor(grain);
      }
    }
  }

  private GrainTable tableFor(long grain) {
    int region = (int) (grain / TABLE_ENTRIES);
    GrainTable table = tables.at(region);
    if (table == null) {
      int place = format.takeTable(file, highestPlace, slots);
      highestPlace = Math.max(highestPlace, place);
      table = new GrainTable(region, place, grainBytes);
      tables.put(table);
    }
    return table;
  }

  private void setIn(GrainTable table, int entry, int count, int firstValue) {
    int before = table.memoryBytes();
    table.setRun(entry, count, firstValue);
    budget.charge(table.memoryBytes() - before);
    table.pinned |= Grains.isOwnZero(firstValue);
    if (table.changedSectors == 0) {
      changed.add(table);
    }
    int perSector = flush.entriesPerSector();
    int firstSector = entry / perSector;
    int sectors = (entry + count - 1) / perSector - firstSector + 1;
    table.changedSectors |= (sectors == 64 ? -1L : (1L << sectors) - 1) << firstSector;
  }

  /**
   * Makes everything durable that was written before the call. Callers that arrive while a flush
   * runs wait for it and then find their bytes done by the first of them.
   */
  public void flush() {
    flush.run(changed, () -> highestPlace);
  }

  /** Gives the file back; whoever wants the bytes to be there flushes first. */
  @Override
  public void close() {
    try (file) {
      if (noted && flush.isDone(changed)) {
        format.noteClosed(file);
      }
    } finally {
      tables.close();
    }
  }
}
