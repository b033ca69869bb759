package dev.vcsnap.disk.vmdk.sesparse;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.audit.Entries;
import dev.vcsnap.disk.vmdk.audit.Places;
import dev.vcsnap.disk.vmdk.audit.Problems;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks every directory and table entry of an SEsparse file and says what cannot be right.
 *
 * <p>It reads the file with its own eyes, sharing nothing with the extent that serves it, so that a
 * mistake there shows here. Counters that can be derived (the next free table) are not looked at:
 * after a crash they may be old.
 */
public final class SeSparseAudit {

  private static final int SECTOR_BYTES = 512;
  private static final long GRAIN_SECTORS = 8;
  private static final int GRAIN_BYTES = (int) GRAIN_SECTORS * SECTOR_BYTES;
  private static final int TABLE_ENTRIES = 4096;
  private static final int TABLE_SECTORS = 64;
  private static final long MAXIMUM_SECTOR = 1L << 53;
  private static final long INDEX_MASK = 0xFFFF_FFFFL;
  private static final int FIRST_AREA = 80;
  private static final int GRAINS_AREA = 192;
  private static final int DIRECTORY_AREA = 128;
  private static final int TABLES_AREA = 144;

  private final DiskFile file;
  private final Problems problems;
  private final ByteBuffer header;
  private final long capacity;
  private final long tableCount;
  private final Entries directory;
  private boolean firstPass = true;

  private SeSparseAudit(DiskFile file, Problems problems, ByteBuffer header, long capacity) {
    this.file = file;
    this.problems = problems;
    this.header = header;
    this.capacity = capacity;
    this.tableCount = Math.ceilDiv(capacity, TABLE_ENTRIES * GRAIN_SECTORS);
    this.directory =
        new Entries(file, header.getLong(DIRECTORY_AREA) * SECTOR_BYTES, tableCount, Long.BYTES);
  }

  /**
   * Audits one file.
   *
   * @param sectors the disk's size in the descriptor
   * @throws BlockError when the file cannot be read, or its header leaves nothing to walk
   */
  public static void audit(DiskFile file, long sectors, Problems problems) {
    String name = "'%s': ".formatted(file.path());
    if (file.size() < 2 * SECTOR_BYTES) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, name + "it is shorter than SEsparse headers");
    }
    ByteBuffer header = ByteBuffer.allocate(2 * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.readAt(0, header);
    if (header.getLong(0) != 0xCAFEBABEL) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, name + "no SEsparse header");
    }
    if (header.getLong(8) != 0x2_0000_0001L) {
      throw new BlockError(
          Kind.UNSUPPORTED, name + "SEsparse version 0x%x".formatted(header.getLong(8)));
    }
    if (header.getLong(16) != sectors || sectors <= 0) {
      throw new BlockError(
          Kind.CORRUPT,
          name
              + "the header says %d sectors, the descriptor %d"
                  .formatted(header.getLong(16), sectors));
    }
    SeSparseAudit audit = new SeSparseAudit(file, problems, header, sectors);
    audit.constants();
    audit.areas();
    audit.tables();
  }

  private void constants() {
    expect(24, GRAIN_SECTORS, "grain size");
    expect(32, TABLE_SECTORS, "grain table size");
    expect(40, 0, "flags");
    for (int at = 48; at < FIRST_AREA; at += Long.BYTES) {
      expect(at, 0, "reserved field");
    }
    for (int at = GRAINS_AREA + 16; at < SECTOR_BYTES; at += Long.BYTES) {
      expect(at, 0, "padding");
    }
    expect(SECTOR_BYTES, 0xCAFECAFEL, "volatile header's magic");
    expect(SECTOR_BYTES + 24, 0, "mark of a journal to replay");
  }

  private void expect(int at, long value, String what) {
    if (header.getLong(at) != value) {
      problems.add(
          "its %s at byte %d is 0x%x, not 0x%x".formatted(what, at, header.getLong(at), value));
    }
  }

  /** Everything lies behind what stands before it in the header, the grains behind all. */
  private void areas() {
    long end = 1;
    for (int at = FIRST_AREA; at <= GRAINS_AREA; at += 16) {
      long offset = header.getLong(at);
      long length = header.getLong(at + 8);
      if (offset < 0 || offset > MAXIMUM_SECTOR || length < 0 || length > MAXIMUM_SECTOR) {
        throw new BlockError(
            Kind.CORRUPT,
            "'%s': the area at byte %d of its header, sector %d and %d more, cannot be"
                .formatted(file.path(), at, offset, length));
      }
      if (offset < end) {
        problems.add(
            "its area at sector %d (named at byte %d) overlaps another that ends at %d"
                .formatted(offset, at, end));
      }
      end = Math.max(end, offset + length);
    }
    if (header.getLong(DIRECTORY_AREA + 8) * SECTOR_BYTES / Long.BYTES < tableCount) {
      problems.add(
          "its directory of %d sectors is too small for %d tables"
              .formatted(header.getLong(DIRECTORY_AREA + 8), tableCount));
    }
    if (!directory.isInFile()) {
      throw new BlockError(
          Kind.CORRUPT, "'%s': its directory leaves the file".formatted(file.path()));
    }
  }

  private void tables() {
    long window = 0;
    Places slots;
    do {
      slots = new Places(window);
      // There are far fewer tables than a window has places.
      Places tables = new Places(0);
      for (long region = 0; region < tableCount; region++) {
        if (directory.get(region) != 0) {
          table(region, directory.get(region), tables, slots);
        }
      }
      window += Places.WINDOW;
      firstPass = false;
    } while (slots.moreBehind());
  }

  private void table(long region, long entry, Places tables, Places slots) {
    long index = entry & INDEX_MASK;
    if (entry >>> 60 != 1 || (entry & ~(0xFL << 60) & ~INDEX_MASK) != 0) {
      problem("its directory entry %d is 0x%x, which is no table".formatted(region, entry));
      return;
    }
    if (index * TABLE_SECTORS + TABLE_SECTORS > header.getLong(TABLES_AREA + 8)) {
      problem(
          "its directory entry %d names table %d, which leaves its area".formatted(region, index));
      return;
    }
    if (!tables.claim(index, 1)) {
      problem("its directory entry %d names table %d again".formatted(region, index));
      return;
    }
    long firstByte = (header.getLong(TABLES_AREA) + index * TABLE_SECTORS) * SECTOR_BYTES;
    Entries table = new Entries(file, firstByte, TABLE_ENTRIES, Long.BYTES);
    if (!table.isInFile()) {
      problem(
          "its directory entry %d names table %d, which leaves the file".formatted(region, index));
      return;
    }
    // Asked for each table: a file that is only looked at may grow meanwhile.
    long slotLimit = (file.size() - header.getLong(GRAINS_AREA) * SECTOR_BYTES) / GRAIN_BYTES;
    for (int i = 0; i < TABLE_ENTRIES; i++) {
      long value = table.get(i);
      if (value != 0) {
        grain(region * TABLE_ENTRIES + i, value, table.byteOf(i), slotLimit, slots);
      }
    }
  }

  private void grain(long grain, long entry, long at, long slotLimit, Places slots) {
    if (grain * GRAIN_SECTORS >= capacity) {
      problem(
          "its entry for grain %d (at byte %d) is behind the end of the disk".formatted(grain, at));
      return;
    }
    int type = (int) (entry >>> 60);
    if (type == 1 || type == 2) {
      return;
    }
    if (type != 3) {
      problem(
          "its entry for grain %d (at byte %d) is 0x%x, which means nothing"
              .formatted(grain, at, entry));
      return;
    }
    long slot = ((entry >>> 48) & 0xFFF) | ((entry & 0xFFFF_FFFF_FFFFL) << 12);
    if (slot >= slotLimit) {
      problem(
          "its entry for grain %d (at byte %d) names slot %d, the file has %d"
              .formatted(grain, at, slot, Math.max(0, slotLimit)));
    } else if (!slots.claim(slot, 1)) {
      // Each window is walked once, so this is told once.
      problems.add(
          "its entry for grain %d (at byte %d) names slot %d again".formatted(grain, at, slot));
    }
  }

  /** What is seen on every pass is told on the first. */
  private void problem(String sentence) {
    if (firstPass) {
      problems.add(sentence);
    }
  }
}
