package dev.vcsnap.disk.vmdk.hosted;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a hosted sparse extent ("KDMV"), the one place that says what such a file may be.
 *
 * <p>Grammar, from VMware's "Virtual Disk Format 5.0" and QEMU's block/vmdk.c; little-endian,
 * packed into one sector:
 *
 * <pre>
 *  0 u32 magic "KDMV"        4 u32 version 1..3 (2: zeroed grains, 3: change tracking era)
 *  8 u32 flags               bit 0 the newline check is valid      bit 1 a redundant directory is used
 *                            bit 2 entry 1 means a zero grain      bit 16 grains are compressed
 *                            bit 17 grains and tables have markers
 * 12 u64 capacity, sectors  20 u64 grain size, sectors, a power of 2
 * 28 u64 descriptor offset  36 u64 descriptor size, sectors
 * 44 u32 entries per grain table (512)
 * 48 u64 redundant grain directory   56 u64 grain directory, all ones: the footer has it
 * 64 u64 sectors of metadata in front of the grains
 * 72 u8  unclean shutdown   73 "\n \r\n": damaged when the file was copied as text
 * 77 u16 compression: 0 none, 1 zlib       79 zeros
 * </pre>
 *
 * The directory has a u32 for each table, a table a u32 for each grain; both are sectors of the
 * file, 0 where there is nothing. A stream ends with a footer, which is this header again with the
 * directory's place.
 */
public record HostedHeader(
    int version,
    int flags,
    long capacitySectors,
    int grainSectors,
    long descriptorOffset,
    int descriptorSectors,
    long directoryOffset,
    long overheadSectors) {

  public static final int SECTOR_BYTES = 512;

  /** Grains that one table describes. */
  public static final int TABLE_ENTRIES = 512;

  /** The directory's place is not known yet: it stands in the footer. */
  public static final long DIRECTORY_AT_END = -1;

  /** Newline check, compressed grains, markers. */
  public static final int STREAM_FLAGS = 0x30001;

  static final int MAGIC = 0x564D444B;
  static final int NEWEST_VERSION = 3;

  private static final int NEWLINE_CHECK = 1;
  private static final int ZERO_ENTRIES = 1 << 2;
  private static final int COMPRESSED = 1 << 16;
  private static final int MARKERS = 1 << 17;
  private static final int NEWLINES = 0x0A0D200A;
  private static final int ZLIB = 1;

  /** Sizes that are believed; with them a directory takes 16 MiB at most. */
  private static final long MAXIMUM_SECTORS = 64L << (40 - 9);

  private static final int MINIMUM_GRAIN_SECTORS = 8;
  private static final int MAXIMUM_GRAIN_SECTORS = 2048;
  private static final int MAXIMUM_DESCRIPTOR_SECTORS = 128;
  private static final int MAXIMUM_TABLES = 4 << 20;

  /** The header of a new stream. */
  public static HostedHeader ofStream(
      long capacitySectors, int grainSectors, int descriptorSectors, long overheadSectors) {
    HostedHeader header =
        new HostedHeader(
            NEWEST_VERSION,
            STREAM_FLAGS,
            capacitySectors,
            grainSectors,
            1,
            descriptorSectors,
            DIRECTORY_AT_END,
            overheadSectors);
    header.validate("a new stream");
    return header;
  }

  /** The footer: the same, with the directory's place. */
  public HostedHeader withDirectoryAt(long sector) {
    return new HostedHeader(
        version,
        flags,
        capacitySectors,
        grainSectors,
        descriptorOffset,
        descriptorSectors,
        sector,
        overheadSectors);
  }

  /** Whether a file that starts with these bytes claims to be of this format. */
  public static boolean startsLike(ByteBuffer start) {
    return start.remaining() >= 4
        && start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(start.position()) == MAGIC;
  }

  /**
   * Reads a header or footer.
   *
   * @param place the file and where in it, for people
   * @throws BlockError NOT_THIS_FORMAT without the magic, TOO_NEW for a version or a feature that
   *     is not known, UNSUPPORTED for what no reader needs, CORRUPT for what cannot be
   */
  public static HostedHeader parse(ByteBuffer sector, String place) {
    if (sector.remaining() < SECTOR_BYTES || !startsLike(sector)) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, place + ": no hosted sparse header");
    }
    ByteBuffer in = sector.slice().order(ByteOrder.LITTLE_ENDIAN);
    int version = in.getInt(4);
    if (Integer.compareUnsigned(version, NEWEST_VERSION) > 0) {
      throw new BlockError(
          Kind.TOO_NEW,
          "%s: version %s; %d is the newest known"
              .formatted(place, Integer.toUnsignedString(version), NEWEST_VERSION));
    }
    int flags = in.getInt(8);
    if ((flags & NEWLINE_CHECK) != 0 && in.getInt(73) != NEWLINES) {
      throw corrupt(place, "the line ends were changed: the file was copied as text");
    }
    long tableEntries = Integer.toUnsignedLong(in.getInt(44));
    if (tableEntries != TABLE_ENTRIES) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "%s: %d entries in a table; %d are read".formatted(place, tableEntries, TABLE_ENTRIES));
    }
    boolean compressed = (flags & COMPRESSED) != 0;
    int algorithm = Short.toUnsignedInt(in.getShort(77));
    if (compressed != (algorithm != 0)) {
      throw corrupt(place, "flags 0x%x contradict compression %d".formatted(flags, algorithm));
    }
    if (algorithm > ZLIB) {
      throw new BlockError(Kind.TOO_NEW, "%s: compression %d".formatted(place, algorithm));
    }
    long grainSectors = in.getLong(20);
    if (grainSectors <= 0 || Long.bitCount(grainSectors) != 1) {
      throw corrupt(place, "a grain of %d sectors".formatted(grainSectors));
    }
    if (grainSectors < MINIMUM_GRAIN_SECTORS || grainSectors > MAXIMUM_GRAIN_SECTORS) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "%s: a grain of %d sectors; %d to %d are read"
              .formatted(place, grainSectors, MINIMUM_GRAIN_SECTORS, MAXIMUM_GRAIN_SECTORS));
    }
    long descriptorSectors = in.getLong(36);
    if (descriptorSectors < 0 || descriptorSectors > MAXIMUM_DESCRIPTOR_SECTORS) {
      throw corrupt(place, "a descriptor of %d sectors".formatted(descriptorSectors));
    }
    HostedHeader header =
        new HostedHeader(
            version,
            flags,
            in.getLong(12),
            (int) grainSectors,
            in.getLong(28),
            (int) descriptorSectors,
            in.getLong(56),
            in.getLong(64));
    header.validate(place);
    return header;
  }

  private void validate(String place) {
    if (version < 1) {
      throw corrupt(place, "version " + version);
    }
    int unknown = (flags >>> 16 << 16) & ~(COMPRESSED | MARKERS);
    if (unknown != 0) {
      throw new BlockError(
          Kind.TOO_NEW, "%s: needs features 0x%x, which are not known".formatted(place, unknown));
    }
    if (compressed() != ((flags & MARKERS) != 0)) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "%s: flags 0x%x; compression and markers come together only".formatted(place, flags));
    }
    if (capacitySectors <= 0 || capacitySectors > MAXIMUM_SECTORS) {
      throw corrupt(place, "a capacity of %d sectors".formatted(capacitySectors));
    }
    if (Math.ceilDiv(capacitySectors, tableSectors()) > MAXIMUM_TABLES) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "%s: %d sectors in grains of %d need more than %d tables"
              .formatted(place, capacitySectors, grainSectors, MAXIMUM_TABLES));
    }
    // A table's entry is a u32, so nothing lies beyond.
    long last = 0xFFFF_FFFFL;
    if (descriptorOffset < 0 || descriptorOffset > last) {
      throw corrupt(place, "a descriptor at sector %d".formatted(descriptorOffset));
    }
    if (overheadSectors < 1 || overheadSectors > last) {
      throw corrupt(place, "%d sectors of metadata".formatted(overheadSectors));
    }
    boolean atEnd = directoryOffset == DIRECTORY_AT_END && compressed();
    if (!atEnd && (directoryOffset < 1 || directoryOffset > last)) {
      throw corrupt(place, "a directory at sector %d".formatted(directoryOffset));
    }
  }

  private static BlockError corrupt(String place, String what) {
    return new BlockError(Kind.CORRUPT, place + ": " + what);
  }

  /** The sector as it stands in the file. */
  public ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, MAGIC).putInt(4, version).putInt(8, flags);
    out.putLong(12, capacitySectors).putLong(20, grainSectors);
    out.putLong(28, descriptorOffset).putLong(36, descriptorSectors);
    out.putInt(44, TABLE_ENTRIES).putLong(56, directoryOffset).putLong(64, overheadSectors);
    out.putInt(73, NEWLINES).putShort(77, (short) (compressed() ? ZLIB : 0));
    return out;
  }

  public boolean compressed() {
    return (flags & COMPRESSED) != 0;
  }

  /** Whether entry 1 of a table stands for a grain of zeros. */
  public boolean zeroEntries() {
    return (flags & ZERO_ENTRIES) != 0;
  }

  public long sizeBytes() {
    return capacitySectors * SECTOR_BYTES;
  }

  public int grainBytes() {
    return grainSectors * SECTOR_BYTES;
  }

  /** How many bytes of a grain belong to the disk: fewer than a grain at its end. */
  public int grainBytesAt(long grain) {
    return (int) Math.min(grainBytes(), sizeBytes() - grain * grainBytes());
  }

  /** Tables that the whole disk takes, and so entries of the directory. */
  public int tableCount() {
    return (int) Math.ceilDiv(capacitySectors, tableSectors());
  }

  private long tableSectors() {
    return (long) grainSectors * TABLE_ENTRIES;
  }
}
