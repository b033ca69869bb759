package dev.vcsnap.guest.simulated.disk;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The first sector of the volume.
 *
 * <pre>
 *     0  8  magic "VCSNAPFS"
 *     8  4  version, 1
 *    12  4  bytes of a block, 4096
 *    16  8  blocks of the volume
 *    24 16  identity, in the order in which it is written
 *    40  4  flags: bit 0 needs recovery
 *    44  4  how often it was mounted
 *    48  8  first block of the journal      56  4  blocks of the journal
 *    60  4  blocks of the directory         64  8  first block of the directory
 *    72  8  first block of the ledger
 *    80  8  first block of the files' content   88  4  blocks of it
 *    92  4  place in the journal, in blocks from its start, of the first transaction to replay
 *    96  8  number of the last transaction that is at home in the directory
 *   508  4  CRC-32C of bytes 0 to 507
 * </pre>
 *
 * @param needsRecovery set as long as the volume is mounted and not frozen
 * @param checkpointed the last transaction whose blocks are at home
 * @param tail where the journal goes on after it
 */
record Superblock(
    UUID id, boolean needsRecovery, int mounts, VolumeLayout layout, long checkpointed, int tail) {

  static final byte[] MAGIC = "VCSNAPFS".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int NEEDS_RECOVERY = 1;

  static boolean startsLike(ByteBuffer sector) {
    return sector.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  /**
   * Reads a superblock.
   *
   * @param diskBytes the size of the disk, which the volume must fit
   * @throws BlockError NOT_THIS_FORMAT, TOO_NEW, CORRUPT
   */
  static Superblock parse(ByteBuffer sector, long diskBytes) {
    if (!startsLike(sector)) {
      throw new BlockError(Kind.NOT_THIS_FORMAT, "the disk does not start with \"VCSNAPFS\"");
    }
    if (!Blocks.isSealed(sector)) {
      throw new BlockError(Kind.CORRUPT, "the superblock's checksum is wrong");
    }
    int version = sector.getInt(8);
    if (version != VERSION) {
      throw new BlockError(
          Kind.TOO_NEW, "the volume has version " + version + ": version 1 is known");
    }
    VolumeLayout layout =
        new VolumeLayout(
            sector.getLong(48),
            sector.getInt(56),
            sector.getLong(64),
            sector.getInt(60),
            sector.getLong(72),
            sector.getLong(80),
            sector.getInt(88));
    int tail = sector.getInt(92);
    if (sector.getInt(12) != Blocks.BLOCK_BYTES
        || !layout.isSound()
        || sector.getLong(16) != layout.end()
        || layout.end() > diskBytes / Blocks.BLOCK_BYTES
        || tail < 0
        || tail >= layout.journalBlocks()
        || sector.getLong(96) < 0) {
      throw new BlockError(
          Kind.CORRUPT, "the superblock describes a volume that cannot be: " + layout);
    }
    ByteBuffer id = sector.slice(24, 16);
    return new Superblock(
        new UUID(id.getLong(), id.getLong()),
        (sector.getInt(40) & NEEDS_RECOVERY) != 0,
        sector.getInt(44),
        layout,
        sector.getLong(96),
        tail);
  }

  ByteBuffer bytes() {
    ByteBuffer sector = Blocks.empty(Blocks.SECTOR_BYTES);
    sector.put(0, MAGIC);
    sector.putInt(8, VERSION).putInt(12, Blocks.BLOCK_BYTES).putLong(16, layout.end());
    sector.slice(24, 16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    sector.putInt(40, needsRecovery ? NEEDS_RECOVERY : 0).putInt(44, mounts);
    sector.putLong(48, layout.journalFirst()).putInt(56, layout.journalBlocks());
    sector.putInt(60, layout.directoryBlocks()).putLong(64, layout.directoryFirst());
    sector.putLong(72, layout.ledgerFirst());
    sector.putLong(80, layout.dataFirst()).putInt(88, layout.dataBlocks());
    sector.putInt(92, tail).putLong(96, checkpointed);
    return Blocks.seal(sector);
  }

  Superblock mounted() {
    return new Superblock(id, true, mounts + 1, layout, checkpointed, tail);
  }

  Superblock withRecovery(boolean needed) {
    return new Superblock(id, needed, mounts, layout, checkpointed, tail);
  }

  Superblock withCheckpoint(long transaction, int journalPlace) {
    return new Superblock(id, needsRecovery, mounts, layout, transaction, journalPlace);
  }
}
