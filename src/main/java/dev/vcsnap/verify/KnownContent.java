package dev.vcsnap.verify;

import java.util.List;
import java.util.Optional;

/** Content that is recognised by its magic, and of which the bytes do not tell the kind. */
final class KnownContent implements Recogniser {

  private record Magic(long offset, String text, String content, boolean silent, String reason) {}

  private static final List<Magic> KNOWN =
      List.of(
          new Magic(
              0,
              "XFSB",
              "xfs",
              false,
              "the log of a frozen xfs is as dirty as that of a running one; mount a copy with"
                  + " norecovery and one with recovery: the same tree means that it was frozen"),
          new Magic(
              0x10040,
              "_BHRfS_M",
              "btrfs",
              false,
              "each of its commits is consistent, frozen or not"),
          new Magic(
              3, "NTFS    ", "NTFS", false, "its log is written on while shadow copies are made"),
          new Magic(3, "-FVE-FS-", "BitLocker", false, "it is encrypted"),
          new Magic(0, "LUKS\u00ba\u00be", "LUKS", false, "it is encrypted"),
          new Magic(512, "LABELONE", "LVM", false, "the volumes inside are not looked at"),
          new Magic(0, "LABELONE", "LVM", false, "the volumes inside are not looked at"),
          new Magic(4086, "SWAPSPACE2", "swap", true, "swap is not kept consistent by anybody"),
          new Magic(0x52, "FAT32   ", "FAT", true, "it has no log"),
          new Magic(0x36, "FAT16   ", "FAT", true, "it has no log"),
          new Magic(0x36, "FAT12   ", "FAT", true, "it has no log"));

  @Override
  public Optional<Finding> look(Area area) {
    return KNOWN.stream()
        .filter(known -> area.has(known.offset(), known.text()))
        .findFirst()
        .map(known ->
            known.silent()
                ? Finding.silent(area.name(), known.content(), known.reason())
                : Finding.undecided(area.name(), known.content(), known.reason()));
  }
}
