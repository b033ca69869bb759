package dev.vcsnap.guest.simulated.disk;

/**
 * A file as the directory has it.
 *
 * @param name 1 to 32 bytes of ASCII
 * @param block where its content is
 * @param length bytes of it, 1 to 4,096
 * @param crc the content's CRC-32C
 * @param transaction the one that made or renamed it
 */
record FileEntry(String name, long block, int length, int crc, long transaction) {

  FileEntry renamed(String other, long by) {
    return new FileEntry(other, block, length, crc, by);
  }
}
