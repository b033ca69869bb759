package dev.vcsnap.disk.vmdk.streamoptimized;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;
import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.TABLE_ENTRIES;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the parts of a stream in their order, and remembers where the tables went.
 *
 * <pre>
 * header, descriptor (20 sectors), zeros up to sector 128
 * { grain: marker of 12 bytes, zlib data, zeros up to a sector }   ascending; zero grains left out
 *   after the last grain of each 512 that had any: table marker, table
 * directory marker, directory
 * footer marker, footer
 * end-of-stream marker
 * </pre>
 *
 * Nothing before the end depends on what comes later, so the length need not be known, and only one
 * table and the directory are held: 4 bytes for each 32 MiB of disk.
 */
final class StreamLayout {

  static final int GRAIN_SECTORS = 128;
  static final int GRAIN_BYTES = GRAIN_SECTORS * SECTOR_BYTES;

  private static final int DESCRIPTOR_SECTORS = 20;
  private static final int OVERHEAD_SECTORS = 128;
  private static final int TABLE_SECTORS = TABLE_ENTRIES * Integer.BYTES / SECTOR_BYTES;
  private static final long MAXIMUM_SECTOR = 0xFFFF_FFFFL;
  private static final byte[] ZEROS = new byte[OVERHEAD_SECTORS * SECTOR_BYTES];

  private final OutputStream out;
  private final HostedHeader header;
  private final int[] directory;
  private final int[] table = new int[TABLE_ENTRIES];
  private int tableIndex = -1;
  private long sector;
  private long grains;

  StreamLayout(OutputStream out, long capacitySectors) {
    this.out = out;
    this.header =
        HostedHeader.ofStream(capacitySectors, GRAIN_SECTORS, DESCRIPTOR_SECTORS, OVERHEAD_SECTORS);
    this.directory = new int[header.tableCount()];
  }

  void begin(Descriptor descriptor) throws IOException {
    byte[] text = descriptor.text().getBytes(StandardCharsets.UTF_8);
    int room = DESCRIPTOR_SECTORS * SECTOR_BYTES;
    if (text.length > room) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "a descriptor of %d bytes; a stream has room for %d".formatted(text.length, room));
    }
    write(header.encode().array(), SECTOR_BYTES);
    write(text, text.length);
    write(ZEROS, (int) (OVERHEAD_SECTORS - sector) * SECTOR_BYTES);
  }

  void grain(GrainPacker packed) throws IOException {
    long grain = packed.firstSector() / GRAIN_SECTORS;
    int index = (int) (grain / TABLE_ENTRIES);
    if (index != tableIndex) {
      endTable();
      tableIndex = index;
    }
    table[(int) (grain % TABLE_ENTRIES)] = place();
    write(packed.output(), packed.outputBytes());
    grains++;
  }

  /** How many grains were written. */
  long grains() {
    return grains;
  }

  private void endTable() throws IOException {
    if (tableIndex < 0) {
      return;
    }
    write(StreamMarker.metadata(StreamMarker.TABLE, TABLE_SECTORS), SECTOR_BYTES);
    directory[tableIndex] = place();
    write(table);
    Arrays.fill(table, 0);
  }

  void end() throws IOException {
    endTable();
    long sectors = Math.ceilDiv((long) directory.length * Integer.BYTES, (long) SECTOR_BYTES);
    write(StreamMarker.metadata(StreamMarker.DIRECTORY, sectors), SECTOR_BYTES);
    long directorySector = Integer.toUnsignedLong(place());
    write(directory);
    write(StreamMarker.metadata(StreamMarker.FOOTER, 1), SECTOR_BYTES);
    write(header.withDirectoryAt(directorySector).encode().array(), SECTOR_BYTES);
    write(StreamMarker.metadata(StreamMarker.END, 0), SECTOR_BYTES);
    out.flush();
  }

  /** Where the next part goes, as an entry. */
  private int place() {
    if (sector > MAXIMUM_SECTOR) {
      throw new BlockError(
          Kind.UNSUPPORTED, "the stream passes 2 TiB; its tables cannot name what lies beyond");
    }
    return (int) sector;
  }

  private void write(int[] entries) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(entries.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(entries);
    write(bytes.array(), bytes.capacity());
  }

  /** Writes a part and fills its last sector with zeros. */
  private void write(byte[] part, int length) throws IOException {
    out.write(part, 0, length);
    int sectors = Math.ceilDiv(length, SECTOR_BYTES);
    out.write(ZEROS, 0, sectors * SECTOR_BYTES - length);
    sector += sectors;
  }
}
