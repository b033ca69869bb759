package dev.vcsnap.disk.vmdk.hosted;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;
import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.TABLE_ENTRIES;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.audit.Entries;
import dev.vcsnap.disk.vmdk.audit.Places;
import dev.vcsnap.disk.vmdk.audit.Problems;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Walks every directory and table entry of a monolithicSparse or streamOptimized file, unpacks each
 * packed grain, and says what cannot be right: what leaves the file, lies over something else,
 * cannot be unpacked, or differs between the directory and its redundant copy.
 */
public final class HostedAudit {

  private static final int REDUNDANT_DIRECTORY = 1 << 1;
  private static final int REDUNDANT_DIRECTORY_AT = 48;
  private static final int TABLE_SECTORS = TABLE_ENTRIES * Integer.BYTES / SECTOR_BYTES;

  private final DiskFile file;
  private final Problems problems;
  private final HostedFront front;
  private final HostedHeader header;
  private final Entries directory;
  private final Optional<Entries> redundant;
  private boolean firstPass = true;

  private HostedAudit(DiskFile file, HostedFront front, Problems problems) {
    this.file = file;
    this.problems = problems;
    this.front = front;
    this.header = front.header();
    this.directory = directoryAt(header.directoryOffset());
    this.redundant = redundantSector().map(this::directoryAt);
  }

  /**
   * Audits a file that is a disk of its own.
   *
   * @throws BlockError when the file cannot be read, or its header leaves nothing to walk
   */
  public static void auditDisk(DiskFile file, Problems problems) {
    HostedFront front = HostedFront.read(file);
    Descriptor descriptor =
        front
            .descriptor(file)
            .orElseThrow(() ->
                new BlockError(
                    Kind.CORRUPT, "'%s' has no descriptor in it".formatted(file.path())));
    front.requireSectors(file, descriptor.sectors());
    new HostedAudit(file, front, problems).walk();
  }

  /**
   * Audits a file that a descriptor names as its extent.
   *
   * @param sectors the extent's length in the descriptor
   * @throws BlockError when the file cannot be read, or its header leaves nothing to walk
   */
  public static void auditExtent(DiskFile file, long sectors, Problems problems) {
    HostedFront front = HostedFront.read(file);
    front.requireSectors(file, sectors);
    new HostedAudit(file, front, problems).walk();
  }

  private Entries directoryAt(long sector) {
    Entries entries = new Entries(file, sector * SECTOR_BYTES, header.tableCount(), Integer.BYTES);
    if (!entries.isInFile()) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s': its directory of %d entries at sector %d leaves the file"
              .formatted(file.path(), header.tableCount(), sector));
    }
    return entries;
  }

  private Optional<Long> redundantSector() {
    if (front.footed() || (header.flags() & REDUNDANT_DIRECTORY) == 0) {
      return Optional.empty();
    }
    ByteBuffer place = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.readAt(REDUNDANT_DIRECTORY_AT, place);
    long sector = place.getLong(0);
    if (sector < 1 || sector > 0xFFFF_FFFFL) {
      problems.add(
          "its redundant directory at sector %s cannot be"
              .formatted(Long.toUnsignedString(sector)));
      return Optional.empty();
    }
    return Optional.of(sector);
  }

  private void walk() {
    long window = 0;
    Places sectors;
    do {
      sectors = new Places(window);
      sectors.claim(0, 1);
      if (header.descriptorOffset() > 0) {
        claim(sectors, header.descriptorOffset(), header.descriptorSectors(), "its descriptor");
      }
      long length = Math.ceilDiv((long) header.tableCount() * Integer.BYTES, (long) SECTOR_BYTES);
      claim(sectors, header.directoryOffset(), length, "its directory");
      if (redundant.isPresent()) {
        claim(sectors, redundant.get().byteOf(0) / SECTOR_BYTES, length, "its second directory");
      }
      for (int i = 0; i < header.tableCount(); i++) {
        table(i, sectors);
      }
      window += Places.WINDOW;
      firstPass = false;
    } while (sectors.moreBehind());
  }

  private void table(int index, Places sectors) {
    Optional<Entries> table = tableOf(directory, index, sectors);
    if (redundant.isPresent()) {
      compare(index, table, tableOf(redundant.get(), index, sectors));
    }
    if (table.isPresent()) {
      for (int i = 0; i < TABLE_ENTRIES; i++) {
        long sector = table.get().get(i);
        if (sector != GrainTables.ABSENT && !(sector == GrainTables.ZERO && header.zeroEntries())) {
          grain((long) index * TABLE_ENTRIES + i, sector, table.get().byteOf(i), sectors);
        }
      }
    }
  }

  private Optional<Entries> tableOf(Entries from, int index, Places sectors) {
    long sector = from.get(index);
    if (sector == 0) {
      return Optional.empty();
    }
    Entries table = new Entries(file, sector * SECTOR_BYTES, TABLE_ENTRIES, Integer.BYTES);
    String what = "its table %d (named at byte %d)".formatted(index, from.byteOf(index));
    if (!table.isInFile()) {
      problem("%s at sector %d leaves the file".formatted(what, sector));
      return Optional.empty();
    }
    return claim(sectors, sector, TABLE_SECTORS, what) ? Optional.of(table) : Optional.empty();
  }

  private void compare(int index, Optional<Entries> table, Optional<Entries> second) {
    boolean same = table.isPresent() == second.isPresent();
    for (int i = 0; same && table.isPresent() && second.isPresent() && i < TABLE_ENTRIES; i++) {
      same = table.get().get(i) == second.get().get(i);
    }
    if (!same) {
      problem("its table %d and the redundant copy of it differ".formatted(index));
    }
  }

  private void grain(long grain, long sector, long at, Places sectors) {
    String what = "its grain %d (named at byte %d)".formatted(grain, at);
    if (grain * header.grainSectors() >= header.capacitySectors()) {
      problem("%s is behind the end of the disk".formatted(what));
    } else if (sector < header.overheadSectors()) {
      problem("%s at sector %d lies in the metadata".formatted(what, sector));
    } else if (header.compressed()) {
      packed(grain, sector, what, sectors);
    } else if (sector * SECTOR_BYTES > file.size() - header.grainBytesAt(grain)) {
      problem("%s at sector %d leaves the file".formatted(what, sector));
    } else {
      claim(sectors, sector, Math.ceilDiv(header.grainBytesAt(grain), SECTOR_BYTES), what);
    }
  }

  private void packed(long grain, long sector, String what, Places sectors) {
    long at = sector * SECTOR_BYTES;
    if (at > file.size() - PackedGrain.MARKER_BYTES) {
      problem("%s at sector %d leaves the file".formatted(what, sector));
      return;
    }
    ByteBuffer marker =
        ByteBuffer.allocate(PackedGrain.MARKER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.readAt(at, marker);
    int length;
    try {
      length = PackedGrain.checkLength(marker.getInt(8), header.grainBytes(), what);
    } catch (BlockError refused) {
      problem(String.valueOf(refused.getMessage()));
      return;
    }
    if (marker.getLong(0) != grain * header.grainSectors()) {
      problem(
          "%s has a marker for sector %s of the disk"
              .formatted(what, Long.toUnsignedString(marker.getLong(0))));
    } else if (at + PackedGrain.MARKER_BYTES > file.size() - length) {
      problem("%s at sector %d leaves the file with its %d bytes".formatted(what, sector, length));
    } else {
      long count = Math.ceilDiv((long) PackedGrain.MARKER_BYTES + length, (long) SECTOR_BYTES);
      if (claim(sectors, sector, count, what) && firstPass) {
        unpack(grain, at + PackedGrain.MARKER_BYTES, length, what);
      }
    }
  }

  private void unpack(long grain, long at, int length, String what) {
    byte[] packed = new byte[length];
    file.readAt(at, ByteBuffer.wrap(packed));
    try {
      var _ =
          PackedGrain.unpack(packed, length, header.grainBytes(), header.grainBytesAt(grain), what);
    } catch (BlockError damaged) {
      problem(String.valueOf(damaged.getMessage()));
    }
  }

  /** Returns whether the place was free; each window is walked once, so this is told once. */
  private boolean claim(Places sectors, long sector, long count, String what) {
    if (sectors.claim(sector, count)) {
      return true;
    }
    problems.add(
        "%s at sector %d overlaps something else, or is named again".formatted(what, sector));
    return false;
  }

  /** What is seen on every pass is told on the first. */
  private void problem(String sentence) {
    if (firstPass) {
      problems.add(sentence);
    }
  }
}
