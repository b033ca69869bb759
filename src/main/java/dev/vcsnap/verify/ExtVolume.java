package dev.vcsnap.verify;

import dev.vcsnap.quiesce.Consistency;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * ext2, ext3 and ext4: a mounted one with a journal says in its superblock (byte 1024) that it
 * needs recovery, bit 0x4 of the word at 0x60; freezing it empties the journal and takes the bit
 * away. "Clean", the word at 0x3A, says nothing: both states show it.
 */
final class ExtVolume implements Recogniser {

  private static final int SUPERBLOCK = 1024;
  private static final int SUPERBLOCK_BYTES = 1024;
  private static final int MAGIC = 0xEF53;
  private static final int COMPAT_HAS_JOURNAL = 0x4;
  private static final int INCOMPAT_RECOVER = 0x4;
  private static final int INCOMPAT_JOURNAL_DEVICE = 0x8;
  private static final int INCOMPAT_EXTENTS = 0x40;
  private static final int RO_COMPAT_CHECKSUM = 0x400;

  @Override
  public Optional<Finding> look(Area area) {
    if (!area.holds(SUPERBLOCK, SUPERBLOCK_BYTES)) {
      return Optional.empty();
    }
    ByteBuffer superblock = area.bytes(SUPERBLOCK, SUPERBLOCK_BYTES);
    if ((superblock.getShort(0x38) & 0xFFFF) != MAGIC) {
      return Optional.empty();
    }
    return Optional.of(judge(area.name(), superblock));
  }

  private static Finding judge(String place, ByteBuffer superblock) {
    int incompat = superblock.getInt(0x60);
    boolean journal = (superblock.getInt(0x5C) & COMPAT_HAS_JOURNAL) != 0;
    String name = !journal ? "ext2" : (incompat & INCOMPAT_EXTENTS) != 0 ? "ext4" : "ext3";
    if ((incompat & INCOMPAT_JOURNAL_DEVICE) != 0) {
      return Finding.undecided(
          place, "ext journal", "it is the journal of a file system on another device");
    }
    if ((superblock.getInt(0x64) & RO_COMPAT_CHECKSUM) != 0 && !isWhole(superblock)) {
      return Finding.undecided(place, name, "the checksum of its superblock is wrong");
    }
    if (!journal) {
      return Finding.undecided(place, name, "it has no journal whose state could be seen");
    }
    if ((incompat & INCOMPAT_RECOVER) != 0) {
      return Finding.decided(
          place,
          name,
          Consistency.CRASH,
          Consistency.CRASH,
          List.of("its superblock has needs_recovery: it was mounted and not frozen"));
    }
    return Finding.decided(
        place,
        name,
        Consistency.FILE_SYSTEM,
        Consistency.APPLICATION,
        List.of(
            "its superblock does not have needs_recovery: it was frozen, or not mounted",
            "whether applications were at rest does not show in a file system"));
  }

  /** The checksum covers the superblock before its last word; it starts from all ones. */
  private static boolean isWhole(ByteBuffer superblock) {
    CRC32C crc = new CRC32C();
    crc.update(superblock.slice(0, SUPERBLOCK_BYTES - 4));
    return superblock.getInt(SUPERBLOCK_BYTES - 4) == ~(int) crc.getValue();
  }
}
