package dev.vcsnap.guest.simulated.disk;

/**
 * Where the parts of the volume lie, in blocks from the start of the disk; block 0 is the
 * superblock.
 *
 * @param journalBlocks the ring that transactions are written to first
 * @param directoryBlocks where the names of files are at home
 * @param ledgerFirst three blocks: intent, a, b
 * @param dataBlocks the content of files, one block each
 */
record VolumeLayout(
    long journalFirst,
    int journalBlocks,
    long directoryFirst,
    int directoryBlocks,
    long ledgerFirst,
    long dataFirst,
    int dataBlocks) {

  static final int LEDGER_BLOCKS = 3;

  /** What a new volume gets: 326 blocks. */
  static final VolumeLayout OF_NEW_VOLUMES = new VolumeLayout(1, 64, 65, 2, 67, 70, 256);

  private static final int JOURNAL_BLOCKS_MIN = 8;
  private static final int PART_BLOCKS_MAX = 1 << 14;
  private static final int DIRECTORY_BLOCKS_MAX = 64;

  /** The first block after the volume. */
  long end() {
    return dataFirst + dataBlocks;
  }

  /** Whether the parts follow each other without overlap, and are small enough to be read. */
  boolean isSound() {
    return journalFirst >= 1
        && journalBlocks >= JOURNAL_BLOCKS_MIN
        && journalBlocks <= PART_BLOCKS_MAX
        && directoryFirst >= journalFirst + journalBlocks
        && directoryBlocks >= 1
        && directoryBlocks <= DIRECTORY_BLOCKS_MAX
        && ledgerFirst >= directoryFirst + directoryBlocks
        && dataFirst >= ledgerFirst + LEDGER_BLOCKS
        && dataFirst <= Long.MAX_VALUE / Blocks.BLOCK_BYTES - PART_BLOCKS_MAX
        && dataBlocks >= 1
        && dataBlocks <= PART_BLOCKS_MAX;
  }

  boolean isDirectory(long block) {
    return block >= directoryFirst && block < directoryFirst + directoryBlocks;
  }

  boolean isData(long block) {
    return block >= dataFirst && block < end();
  }
}
