package dev.vcsnap.guest.simulated.disk;

import dev.vcsnap.disk.block.BlockDevice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A device as blocks of 4,096 bytes, and the checksum that every structure on it ends with: a
 * CRC-32C over all its bytes before the last four.
 */
final class Blocks {

  static final int BLOCK_BYTES = 4096;
  static final int SECTOR_BYTES = 512;

  private final BlockDevice device;

  Blocks(BlockDevice device) {
    this.device = device;
  }

  long sizeBytes() {
    return device.sizeBytes();
  }

  static ByteBuffer empty(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The whole block. */
  ByteBuffer read(long block) {
    return read(block, BLOCK_BYTES);
  }

  /** The first sector of a block. */
  ByteBuffer readSector(long block) {
    return read(block, SECTOR_BYTES);
  }

  private ByteBuffer read(long block, int bytes) {
    ByteBuffer target = empty(bytes);
    device.readAt(block * BLOCK_BYTES, target);
    return target.clear();
  }

  /** Writes all of {@code content} at the start of a block. */
  void write(long block, ByteBuffer content) {
    device.writeAt(block * BLOCK_BYTES, content.duplicate().clear());
  }

  void flush() {
    device.flush();
  }

  /** Ends a structure that fills its buffer with its checksum. */
  static ByteBuffer seal(ByteBuffer structure) {
    return structure.putInt(structure.capacity() - 4, checkOf(structure));
  }

  static boolean isSealed(ByteBuffer structure) {
    return structure.getInt(structure.capacity() - 4) == checkOf(structure);
  }

  private static int checkOf(ByteBuffer structure) {
    return crc(structure.duplicate().clear().limit(structure.capacity() - 4));
  }

  /** The CRC-32C of what remains in a buffer, which stays as it is. */
  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
