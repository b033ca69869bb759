package dev.vcsnap.disk.vmdk.streamoptimized;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The sector in front of everything in a stream, which says what follows.
 *
 * <pre>
 * 0 u64 value    sectors that follow, or the first sector of the disk in a grain
 * 8 u32 size     packed bytes of a grain, 0 for everything else
 * 12 u32 type    0 end of stream, 1 table, 2 directory, 3 footer, 4 progress; for a grain the first
 *                of its bytes, because its marker is only 12 bytes long
 * </pre>
 */
record StreamMarker(long value, int packedBytes, int type) {

  static final int END = 0;
  static final int TABLE = 1;
  static final int DIRECTORY = 2;
  static final int FOOTER = 3;
  static final int PROGRESS = 4;

  /** Reads the first 16 bytes of a sector. */
  static StreamMarker parse(byte[] sector) {
    ByteBuffer in = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
    return new StreamMarker(in.getLong(0), in.getInt(8), in.getInt(12));
  }

  static byte[] metadata(int type, long sectors) {
    byte[] sector = new byte[SECTOR_BYTES];
    ByteBuffer out = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(0, sectors).putInt(12, type);
    return sector;
  }

  boolean isGrain() {
    return packedBytes != 0;
  }
}
