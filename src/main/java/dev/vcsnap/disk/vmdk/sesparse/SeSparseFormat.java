package dev.vcsnap.disk.vmdk.sesparse;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.vmdk.sparse.Grains;
import dev.vcsnap.disk.vmdk.sparse.SlotAllocator;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
import dev.vcsnap.disk.vmdk.sparse.SparseFormat;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The SEsparse delta, {@code -sesparse.vmdk}: where everything lies in its file, and the encoding
 * of its headers and entries.
 *
 * <p>VMware has not published the format. What is here is what QEMU's block/vmdk.c checks and what
 * ESXi logs for a file of its own; all numbers are little-endian u64, all places in sectors:
 *
 * <pre>
 * sector 0      const header    0 magic CAFEBABE   8 version 2.1   16 capacity   24 grain size (8)
 *                               32 table size (64 sectors = 4096 entries)   40 flags 0   48..79 zero
 *                               80 volatile header 1,1   96 journal header 2,2   112 journal 2048,2048
 *                               128 directory   144 tables   160 free bitmap   176 back map   192 grains
 *                               (an offset and a length each)   208..511 zero
 * sector 1      volatile header 0 magic CAFECAFE   8 next free table   16 transaction 0   24 replay 0
 * directory     per 16 MiB of disk: 0, or 0x1000000000000000 | index of a table
 * tables        per 4 KiB of disk an entry; its top four bits are its type:
 *               0 ask the parent   1 unmapped   2 zero   3 stored: bits 59..48 hold slot &amp; 0xFFF,
 *               bits 47..0 hold slot &gt;&gt; 12; slot n lies at grains + 8n
 * free bitmap, back map   for reclaiming; no known reader looks, and zeros are written
 * </pre>
 *
 * Every area starts on a border of 2048 sectors. Tables are taken in the order of first use.
 */
public record SeSparseFormat(
    long capacitySectors,
    int regionCount,
    long directoryOffset,
    long tablesOffset,
    long tablesSectors,
    long freeBitmapOffset,
    long freeBitmapSectors,
    long backMapOffset,
    long backMapSectors,
    long grainsOffset)
    implements SparseFormat {

  /** Bytes of a grain. */
  public static final int GRAIN_BYTES = 4096;

  static final int SECTOR_BYTES = 512;
  static final int GRAIN_SECTORS = GRAIN_BYTES / SECTOR_BYTES;
  static final int TABLE_SECTORS = 64;

  /** Sectors of disk that one table describes. */
  static final long REGION_SECTORS = (long) TABLE_ENTRIES * GRAIN_SECTORS;

  static final long MAGIC = 0x00000000CAFEBABEL;
  static final long VERSION = 0x0000000200000001L;
  static final long VOLATILE_MAGIC = 0x00000000CAFECAFEL;
  static final long HAS_TABLE = 0x1000000000000000L;

  static final int TYPE_UNMAPPED = 1;
  static final int TYPE_ZERO = 2;
  static final int TYPE_STORED = 3;
  static final long ZERO_ENTRY = (long) TYPE_ZERO << 60;

  private static final long AREA_SECTORS = 2048;
  private static final long DIRECTORY_OFFSET = 4096;
  private static final long MAXIMUM_SECTORS = 64L << (40 - 9);

  /** The layout of a new file. */
  static SeSparseFormat of(long capacitySectors) {
    if (capacitySectors <= 0 || capacitySectors > MAXIMUM_SECTORS) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "an SEsparse disk of " + capacitySectors + " sectors; 1 to 64 TiB can be");
    }
    int regions = (int) Math.ceilDiv(capacitySectors, REGION_SECTORS);
    long grains = Math.ceilDiv(capacitySectors, (long) GRAIN_SECTORS);
    long directorySectors = area(Math.ceilDiv(regions * 8L, (long) SECTOR_BYTES));
    long tables = DIRECTORY_OFFSET + directorySectors;
    long tablesSectors = area((long) regions * TABLE_SECTORS);
    long bitmap = tables + tablesSectors;
    long bitmapSectors = area(Math.ceilDiv(grains, 8L * SECTOR_BYTES));
    long backMap = bitmap + bitmapSectors;
    long backMapSectors = area(Math.ceilDiv(grains * 8, (long) SECTOR_BYTES));
    return new SeSparseFormat(
        capacitySectors,
        regions,
        DIRECTORY_OFFSET,
        tables,
        tablesSectors,
        bitmap,
        bitmapSectors,
        backMap,
        backMapSectors,
        backMap + backMapSectors);
  }

  private static long area(long sectors) {
    return Math.ceilDiv(sectors, AREA_SECTORS) * AREA_SECTORS;
  }

  /** Reads a const header and refuses what QEMU would refuse, and areas that cannot be. */
  static SeSparseFormat parse(ByteBuffer header) {
    ByteBuffer in = header.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < SECTOR_BYTES || in.getLong(0) != MAGIC) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, "no SEsparse header");
    }
    if (in.getLong(8) != VERSION) {
      Kind kind =
          Long.compareUnsigned(in.getLong(8), VERSION) > 0 ? Kind.TOO_NEW : Kind.UNSUPPORTED;
      throw new BlockError(kind, "SEsparse version 0x%x".formatted(in.getLong(8)));
    }
    expect(in, 24, GRAIN_SECTORS, "grain size");
    expect(in, 32, TABLE_SECTORS, "grain table size");
    expect(in, 40, 0, "flags");
    expect(in, 80, 1, "volatile header's place");
    long capacity = in.getLong(16);
    if (capacity <= 0 || capacity > MAXIMUM_SECTORS) {
      throw new BlockError(Kind.CORRUPT, "a capacity of " + capacity + " sectors");
    }
    int regions = (int) Math.ceilDiv(capacity, REGION_SECTORS);
    for (int field = 128; field < 208; field += 8) {
      if (in.getLong(field) < 0 || in.getLong(field) > Long.MAX_VALUE / (4 * SECTOR_BYTES)) {
        throw new BlockError(Kind.CORRUPT, "an area at sector " + in.getLong(field));
      }
    }
    if (in.getLong(136) * SECTOR_BYTES / 8 < regions) {
      throw new BlockError(
          Kind.CORRUPT,
          "a directory of %d sectors for %d tables".formatted(in.getLong(136), regions));
    }
    return new SeSparseFormat(
        capacity,
        regions,
        in.getLong(128),
        in.getLong(144),
        in.getLong(152),
        in.getLong(160),
        in.getLong(168),
        in.getLong(176),
        in.getLong(184),
        in.getLong(192));
  }

  private static void expect(ByteBuffer in, int at, long value, String what) {
    if (in.getLong(at) != value) {
      throw new BlockError(
          Kind.CORRUPT,
          "the SEsparse %s is %d; only %d exists".formatted(what, in.getLong(at), value));
    }
  }

  /** Sectors 0 and 1 of the file. */
  ByteBuffer headers(long nextFreeTable) {
    ByteBuffer out = ByteBuffer.allocate(2 * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(0, MAGIC).putLong(8, VERSION).putLong(16, capacitySectors);
    out.putLong(24, GRAIN_SECTORS).putLong(32, TABLE_SECTORS);
    pair(out, 80, 1, 1);
    pair(out, 96, 2, 2);
    pair(out, 112, 2048, 2048);
    pair(out, 128, directoryOffset, tablesOffset - directoryOffset);
    pair(out, 144, tablesOffset, tablesSectors);
    pair(out, 160, freeBitmapOffset, freeBitmapSectors);
    pair(out, 176, backMapOffset, backMapSectors);
    pair(out, 192, grainsOffset, capacitySectors);
    out.putLong(SECTOR_BYTES, VOLATILE_MAGIC).putLong(SECTOR_BYTES + 8, nextFreeTable);
    return out;
  }

  private static void pair(ByteBuffer out, int at, long offset, long sectors) {
    out.putLong(at, offset).putLong(at + 8, sectors);
  }

  /** Makes an empty delta for a disk of that many sectors. */
  public static void create(DiskFiles files, Path path, long capacitySectors) {
    SeSparseFormat format = SeSparseFormat.of(capacitySectors);
    try (DiskFile file = files.create(path)) {
      try {
        file.resize(format.grainsOffset * SECTOR_BYTES);
        file.writeAt(0, format.headers(0));
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
   * @throws BlockError NOT_THIS_FORMAT, TOO_NEW, or CORRUPT with what cannot be right
   */
  public static SparseExtent open(DiskFile file, long capacitySectors, TableBudget budget) {
    try {
      if (file.size() < 2 * SECTOR_BYTES) {
        throw new BlockError(Kind.NOT_THIS_FORMAT, "the file is shorter than its headers");
      }
      ByteBuffer header = ByteBuffer.allocate(2 * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.readAt(0, header);
      SeSparseFormat format = SeSparseFormat.parse(header.flip());
      if (format.capacitySectors() != capacitySectors) {
        throw new BlockError(
            Kind.CORRUPT,
            "the header says %d sectors, the descriptor %d"
                .formatted(format.capacitySectors(), capacitySectors));
      }
      if (header.getLong(SECTOR_BYTES) != VOLATILE_MAGIC) {
        throw new BlockError(Kind.CORRUPT, "the volatile header has no magic");
      }
      if (header.getLong(SECTOR_BYTES + 24) != 0) {
        throw new BlockError(Kind.UNSUPPORTED, "its journal must be replayed by ESXi first");
      }
      if (format.slotByte(0) > file.size()) {
        throw new BlockError(
            Kind.CORRUPT,
            "grains begin at sector %d, behind the end".formatted(format.grainsOffset));
      }
      return new SparseExtent(file, format, budget);
    } catch (BlockError error) {
      throw new BlockError(
          error.kind(), "'%s': %s".formatted(file.path(), error.getMessage()), error);
    }
  }

  // ---- what the engine asks

  @Override
  public int grainBytes() {
    return GRAIN_BYTES;
  }

  @Override
  public long grainCount() {
    return Math.ceilDiv(capacitySectors, (long) GRAIN_SECTORS);
  }

  @Override
  public int entryBytes() {
    return Long.BYTES;
  }

  @Override
  public int directoryEntryBytes() {
    return Long.BYTES;
  }

  @Override
  public long directoryByte() {
    return directoryOffset * SECTOR_BYTES;
  }

  /** The index of the table, counted from 1. */
  @Override
  public int placeOf(int region, long entry) {
    long index = entry & ~HAS_TABLE;
    if (type(entry) != 1 || index >= regionCount) {
      throw new BlockError(
          Kind.CORRUPT, "directory entry %d is 0x%x, no table".formatted(region, entry));
    }
    return (int) index + 1;
  }

  @Override
  public long directoryEntry(int place) {
    return HAS_TABLE | (place - 1);
  }

  @Override
  public int placeStep() {
    return 1;
  }

  @Override
  public long tableByte(int place) {
    return (tablesOffset + (place - 1L) * TABLE_SECTORS) * SECTOR_BYTES;
  }

  @Override
  public int valueOf(long entry) {
    return switch (type(entry)) {
      case TYPE_UNMAPPED, TYPE_ZERO -> Grains.EMPTY;
      case TYPE_STORED -> {
        if (slot(entry) > Grains.MAXIMUM_SLOT) {
          throw new BlockError(Kind.CORRUPT, "it names grain " + slot(entry));
        }
        yield Grains.stored(slot(entry));
      }
      default -> throw new BlockError(Kind.CORRUPT, "it is 0x%x".formatted(entry));
    };
  }

  @Override
  public long entryOf(int value) {
    long slot = Grains.slotOf(value);
    if (slot >= 0) {
      return storedEntry(slot);
    }
    return slot == Grains.ZERO ? ZERO_ENTRY : 0;
  }

  @Override
  public long slotByte(long slot) {
    return grainsOffset * SECTOR_BYTES + slot * GRAIN_BYTES;
  }

  @Override
  public long slotLimit() {
    return Math.min(grainCount(), Grains.MAXIMUM_SLOT + 1);
  }

  @Override
  public boolean reusesSlots() {
    return true;
  }

  @Override
  public boolean recordsZeros() {
    return true;
  }

  /**
   * The tables have room of their own. A power loss may have left a table there that the directory
   * never named.
   */
  @Override
  public int takeTable(DiskFile file, int highestPlace, SlotAllocator slots) {
    int place = highestPlace + 1;
    file.punch(tableByte(place), (long) TABLE_SECTORS * SECTOR_BYTES);
    return place;
  }

  /** Nothing to note: readers refuse a file that says that its journal must be replayed. */
  @Override
  public void noteOpened(DiskFile file) {}

  @Override
  public void noteFlushed(DiskFile file, int highestPlace, SlotAllocator slots) {
    file.writeAt(SECTOR_BYTES, headers(highestPlace).position(SECTOR_BYTES));
  }

  @Override
  public void noteClosed(DiskFile file) {}

  static int type(long entry) {
    return (int) (entry >>> 60);
  }

  static long slot(long entry) {
    return ((entry >>> 48) & 0xFFF) | ((entry & 0xFFFFFFFFFFFFL) << 12);
  }

  static long storedEntry(long slot) {
    return ((long) TYPE_STORED << 60) | ((slot & 0xFFF) << 48) | (slot >>> 12);
  }
}
