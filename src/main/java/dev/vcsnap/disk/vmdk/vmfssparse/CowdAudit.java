package dev.vcsnap.disk.vmdk.vmfssparse;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.audit.Entries;
import dev.vcsnap.disk.vmdk.audit.Places;
import dev.vcsnap.disk.vmdk.audit.Problems;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks every directory and table entry of a COWD file and says what cannot be right.
 *
 * <p>It reads the file with its own eyes, sharing nothing with the extent that serves it, so that a
 * mistake there shows here. The header's count of used sectors is not looked at: it can be derived,
 * and is old after a crash.
 */
public final class CowdAudit {

  private static final int SECTOR_BYTES = 512;
  private static final int HEADER_SECTORS = 4;
  private static final int TABLE_ENTRIES = 4096;
  private static final int TABLE_SECTORS = 32;
  private static final int MAXIMUM_GRAIN_SECTORS = 2048;

  private final DiskFile file;
  private final Problems problems;
  private final long capacity;
  private final long grainSectors;
  private final long directorySector;
  private final Entries directory;
  private boolean firstPass = true;

  private CowdAudit(DiskFile file, Problems problems, ByteBuffer header) {
    this.file = file;
    this.problems = problems;
    this.capacity = Integer.toUnsignedLong(header.getInt(12));
    this.grainSectors = Integer.toUnsignedLong(header.getInt(16));
    this.directorySector = Integer.toUnsignedLong(header.getInt(20));
    this.directory =
        new Entries(
            file,
            directorySector * SECTOR_BYTES,
            Integer.toUnsignedLong(header.getInt(24)),
            Integer.BYTES);
  }

  /**
   * Audits one file.
   *
   * @param sectors the disk's size in the descriptor
   * @throws BlockError when the file cannot be read, or its header leaves nothing to walk
   */
  public static void audit(DiskFile file, long sectors, Problems problems) {
    String name = "'%s': ".formatted(file.path());
    if (file.size() < HEADER_SECTORS * SECTOR_BYTES) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, name + "it is shorter than a COWD header");
    }
    ByteBuffer header =
        ByteBuffer.allocate(HEADER_SECTORS * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.readAt(0, header);
    if (header.getInt(0) != 0x44574F43) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, name + "no COWD header");
    }
    if (header.getInt(4) != 1) {
      throw new BlockError(
          Kind.UNSUPPORTED, name + "COWD version " + Integer.toUnsignedString(header.getInt(4)));
    }
    CowdAudit audit = new CowdAudit(file, problems, header);
    if (audit.capacity != sectors || sectors <= 0) {
      throw new BlockError(
          Kind.CORRUPT,
          name
              + "the header says %d sectors, the descriptor %d".formatted(audit.capacity, sectors));
    }
    audit.header(header.getInt(8));
    audit.tables();
  }

  private void header(int flags) {
    if (flags != 3) {
      problems.add("its flags are 0x%x, not 3".formatted(flags));
    }
    if (grainSectors < 1 || grainSectors > MAXIMUM_GRAIN_SECTORS) {
      throw new BlockError(
          Kind.CORRUPT, "'%s': a grain of %d sectors".formatted(file.path(), grainSectors));
    }
    if (directorySector < HEADER_SECTORS) {
      problems.add("its directory at sector %d lies in the header".formatted(directorySector));
    }
    long needed = Math.ceilDiv(capacity, TABLE_ENTRIES * grainSectors);
    if (directory.count() < needed) {
      problems.add(
          "its directory has %d entries, the disk needs %d".formatted(directory.count(), needed));
    }
    if (!directory.isInFile()) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s': its directory of %d entries leaves the file"
              .formatted(file.path(), directory.count()));
    }
  }

  private void tables() {
    long window = 0;
    Places sectors;
    do {
      sectors = new Places(window);
      sectors.claim(0, HEADER_SECTORS);
      sectors.claim(
          directorySector, Math.ceilDiv(directory.count() * Integer.BYTES, (long) SECTOR_BYTES));
      for (long region = 0; region < directory.count(); region++) {
        if (directory.get(region) != 0) {
          table(region, directory.get(region), sectors);
        }
      }
      window += Places.WINDOW;
      firstPass = false;
    } while (sectors.moreBehind());
  }

  private void table(long region, long sector, Places sectors) {
    Entries table = new Entries(file, sector * SECTOR_BYTES, TABLE_ENTRIES, Integer.BYTES);
    if (!table.isInFile()) {
      problem(
          "its directory entry %d (at byte %d) names a table at sector %d, outside of the file"
              .formatted(region, directory.byteOf(region), sector));
      return;
    }
    if (!sectors.claim(sector, TABLE_SECTORS)) {
      problems.add(
          ("its directory entry %d (at byte %d) names a table at sector %d, which is taken: by a"
                  + " table named again, or by something that it overlaps")
              .formatted(region, directory.byteOf(region), sector));
      return;
    }
    for (int i = 0; i < TABLE_ENTRIES; i++) {
      long value = table.get(i);
      if (value != 0) {
        grain(region * TABLE_ENTRIES + i, value, table.byteOf(i), sectors);
      }
    }
  }

  private void grain(long grain, long sector, long at, Places sectors) {
    if (grain * grainSectors >= capacity) {
      problem(
          "its entry for grain %d (at byte %d) is behind the end of the disk".formatted(grain, at));
    } else if (sector == 1) {
      problem(
          "its entry for grain %d (at byte %d) is 1, zeros to some readers, the header to others"
              .formatted(grain, at));
    } else if ((sector + grainSectors) * SECTOR_BYTES > file.size()) {
      problem(
          "its entry for grain %d (at byte %d) names sector %d, outside of the file"
              .formatted(grain, at, sector));
    } else if (!sectors.claim(sector, grainSectors)) {
      // Each window is walked once, so this is told once.
      problems.add(
          ("its entry for grain %d (at byte %d) names sector %d, which is taken: by a grain named"
                  + " again, a table, the directory or the header")
              .formatted(grain, at, sector));
    }
  }

  /** What is seen on every pass is told on the first. */
  private void problem(String sentence) {
    if (firstPass) {
      problems.add(sentence);
    }
  }
}
