package dev.vcsnap.disk.vmdk.vmfssparse;

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
 * The vmfsSparse delta, {@code -delta.vmdk}: where everything lies in its file, and the encoding of
 * its header and entries.
 *
 * <p>From VMware's Virtual Disk Format 5.0, with what libvmdk and QEMU add. Little-endian u32, all
 * places in sectors of the file:
 *
 * <pre>
 * sectors 0..3  header    0 "COWD"   4 version 1   8 flags 3   12 sectors of the disk
 *                         16 sectors of a grain (1)   20 directory's place (4)
 *                         24 directory entries   28 first free sector
 *                         32..1647 names of the parent, zero in recent files
 *                         1648 unclean shutdown (1 while somebody may write)
 * directory     per 2 MiB of disk: 0, or the place of a table
 * then, in any order of arrival
 *   tables      32 sectors: per sector of disk 0 (ask the parent), or the place of its bytes
 *   grains      a sector each
 * </pre>
 *
 * <p>Zeros are written out: the format has no entry for them. Some readers take entry 1 for zero,
 * and so does this one, but it is never written. A slot is a sector of the file.
 *
 * @param capacitySectors sectors of the disk, less than 2<sup>32</sup>
 * @param regionCount entries of the directory
 */
public record CowdFormat(long capacitySectors, int regionCount) implements SparseFormat {

  /** The largest disk, because a sector's number has 32 bits: 2 TiB less one sector. */
  public static final long MAXIMUM_SECTORS = (1L << 32) - 1;

  static final int SECTOR_BYTES = 512;
  static final int MAGIC = 0x44574F43;
  static final int HEADER_SECTORS = 4;
  static final int TABLE_SECTORS = 32;

  private static final long PAGE_SECTORS = 8;

  private static final int VERSION = 1;
  private static final int FLAGS = 3;
  private static final int FREE_SECTOR_AT = 28;
  private static final int UNCLEAN_AT = 1648;

  /** What some readers take for a zero grain; it would be the header's second sector. */
  private static final long ZERO_ENTRY = 1;

  private static CowdFormat of(long capacitySectors) {
    if (capacitySectors <= 0 || capacitySectors > MAXIMUM_SECTORS) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "a vmfsSparse disk of %d sectors; less than 2 TiB can be".formatted(capacitySectors));
    }
    return new CowdFormat(
        capacitySectors, (int) Math.ceilDiv(capacitySectors, (long) TABLE_ENTRIES));
  }

  /** Makes an empty delta for a disk of that many sectors. */
  public static void create(DiskFiles files, Path path, long capacitySectors) {
    CowdFormat format = CowdFormat.of(capacitySectors);
    try (DiskFile file = files.create(path)) {
      try {
        file.resize(format.firstUsedSector() * SECTOR_BYTES);
        file.writeAt(0, format.header());
        file.sync();
      } catch (BlockError failure) {
        files.delete(path);
        throw failure;
      }
    }
  }

  /**
   * Takes over an open file. One that was not closed gives back what nobody can have been promised,
   * when it may be written.
   *
   * @throws BlockError NOT_THIS_FORMAT, TOO_NEW, UNSUPPORTED, or CORRUPT with what cannot be right
   */
  public static SparseExtent open(
      DiskFile file, long capacitySectors, boolean writable, TableBudget budget) {
    try {
      if (file.size() < HEADER_SECTORS * SECTOR_BYTES) {
        throw new BlockError(Kind.NOT_THIS_FORMAT, "the file is shorter than its header");
      }
      ByteBuffer header =
          ByteBuffer.allocate(HEADER_SECTORS * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.readAt(0, header);
      CowdFormat format = parse(header);
      if (format.capacitySectors != capacitySectors) {
        throw new BlockError(
            Kind.CORRUPT,
            "the header says %d sectors, the descriptor %d"
                .formatted(format.capacitySectors, capacitySectors));
      }
      if (file.size() < format.firstFreeSector() * SECTOR_BYTES) {
        throw new BlockError(Kind.CORRUPT, "the file ends inside its directory");
      }
      return writable && header.getInt(UNCLEAN_AT) != 0
          ? SparseExtent.recovered(file, format, budget)
          : new SparseExtent(file, format, budget);
    } catch (BlockError error) {
      throw new BlockError(
          error.kind(), "'%s': %s".formatted(file.path(), error.getMessage()), error);
    }
  }

  private static CowdFormat parse(ByteBuffer header) {
    if (header.getInt(0) != MAGIC) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, "no COWD header");
    }
    int version = header.getInt(4);
    if (version != VERSION) {
      Kind kind = Integer.compareUnsigned(version, VERSION) > 0 ? Kind.TOO_NEW : Kind.UNSUPPORTED;
      throw new BlockError(kind, "COWD version " + Integer.toUnsignedString(version));
    }
    if (header.getInt(16) != 1) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "grains of %s sectors; grains of one are served"
              .formatted(Integer.toUnsignedString(header.getInt(16))));
    }
    CowdFormat format = of(Integer.toUnsignedLong(header.getInt(12)));
    if (header.getInt(20) != HEADER_SECTORS
        || Integer.toUnsignedLong(header.getInt(24)) < format.regionCount) {
      throw new BlockError(
          Kind.CORRUPT,
          "a directory of %s entries at sector %s for a disk of %d sectors"
              .formatted(
                  Integer.toUnsignedString(header.getInt(24)),
                  Integer.toUnsignedString(header.getInt(20)),
                  format.capacitySectors));
    }
    return format;
  }

  private ByteBuffer header() {
    ByteBuffer out =
        ByteBuffer.allocate(HEADER_SECTORS * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, MAGIC).putInt(4, VERSION).putInt(8, FLAGS).putInt(12, (int) capacitySectors);
    out.putInt(16, 1).putInt(20, HEADER_SECTORS).putInt(24, regionCount);
    return out.putInt(FREE_SECTOR_AT, (int) firstUsedSector());
  }

  /** The first sector behind the directory. */
  private long firstFreeSector() {
    return HEADER_SECTORS + Math.ceilDiv(regionCount * 4L, (long) SECTOR_BYTES);
  }

  /** A guest's pages lie in one page of the host's cache each, not across the border of two. */
  private long firstUsedSector() {
    return Math.ceilDiv(firstFreeSector(), PAGE_SECTORS) * PAGE_SECTORS;
  }

  // ---- what the engine asks

  @Override
  public int grainBytes() {
    return SECTOR_BYTES;
  }

  @Override
  public long grainCount() {
    return capacitySectors;
  }

  @Override
  public int entryBytes() {
    return Integer.BYTES;
  }

  @Override
  public int directoryEntryBytes() {
    return Integer.BYTES;
  }

  @Override
  public long directoryByte() {
    return HEADER_SECTORS * SECTOR_BYTES;
  }

  /** The sector at which the table begins. */
  @Override
  public int placeOf(int region, long entry) {
    if (entry < firstFreeSector() || entry > Grains.MAXIMUM_SLOT) {
      throw new BlockError(
          Kind.CORRUPT, "directory entry %d is %d, no table".formatted(region, entry));
    }
    return (int) entry;
  }

  @Override
  public long directoryEntry(int place) {
    return place;
  }

  @Override
  public int placeStep() {
    return TABLE_SECTORS;
  }

  @Override
  public long tableByte(int place) {
    return (long) place * SECTOR_BYTES;
  }

  @Override
  public int valueOf(long entry) {
    if (entry == ZERO_ENTRY) {
      return Grains.EMPTY;
    }
    if (entry < firstFreeSector() || entry > Grains.MAXIMUM_SLOT) {
      throw new BlockError(Kind.CORRUPT, "it names sector " + entry);
    }
    return Grains.stored(entry);
  }

  @Override
  public long entryOf(int value) {
    long slot = Grains.slotOf(value);
    if (slot >= 0) {
      return slot;
    }
    return slot == Grains.ZERO ? ZERO_ENTRY : 0;
  }

  @Override
  public long slotByte(long slot) {
    return slot * SECTOR_BYTES;
  }

  /** Half of what the numbers allow: a delta of 1 TiB. */
  @Override
  public long slotLimit() {
    return Grains.MAXIMUM_SLOT + 1;
  }

  @Override
  public boolean reusesSlots() {
    return false;
  }

  @Override
  public boolean recordsZeros() {
    return false;
  }

  @Override
  public int takeTable(DiskFile file, int highestPlace, SlotAllocator slots) {
    int place = (int) slots.takeTogether(TABLE_SECTORS);
    file.writeAt(tableByte(place), ByteBuffer.allocate(TABLE_SECTORS * SECTOR_BYTES));
    return place;
  }

  @Override
  public void noteOpened(DiskFile file) {
    file.writeAt(UNCLEAN_AT, number(1));
  }

  @Override
  public void noteFlushed(DiskFile file, int highestPlace, SlotAllocator slots) {
    file.writeAt(FREE_SECTOR_AT, number((int) slots.end()));
  }

  @Override
  public void noteClosed(DiskFile file) {
    file.writeAt(UNCLEAN_AT, number(0));
  }

  private static ByteBuffer number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
  }
}
