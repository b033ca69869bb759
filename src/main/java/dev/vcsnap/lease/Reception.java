package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One transfer into a disk, or into several that get the same bytes. */
final class Reception {

  private final List<ImportedDisk> disks;

  Reception(List<ImportedDisk> disks) {
    if (disks.isEmpty()) {
      throw new IllegalArgumentException("a transfer without a target");
    }
    this.disks = List.copyOf(disks);
  }

  /**
   * Fills the disks; what an earlier transfer brought is gone first.
   *
   * @param announcedBytes how much will come, or -1
   * @throws dev.vcsnap.disk.block.BlockError LOCKED while another transfer into one of them is
   *     under way, CLOSED once the lease ended, otherwise what is wrong with what came
   */
  void take(InputStream body, long announcedBytes) throws IOException {
    List<ImportedDisk> begun = new ArrayList<>();
    try {
      for (ImportedDisk disk : disks) {
        disk.beginTransfer();
        begun.add(disk);
      }
      BlockDevice target =
          disks.size() == 1
              ? disks.getFirst().device()
              : new MirroredDevice(disks.stream().map(ImportedDisk::device).toList());
      disks.forEach(ImportedDisk::empty);
      var checksums = new Checksums(checksumTypes());
      var input =
          new TransferInput(body, checksums, () -> disks.stream().allMatch(ImportedDisk::isOpen));
      ImportedDisk first = disks.getFirst();
      new DiskIntake(target, first.datastore(), first.targetId()).fill(input, announcedBytes);
      Checksums.Sums sums = checksums.end();
      disks.forEach(disk -> disk.keep(sums));
    } finally {
      begun.forEach(ImportedDisk::endTransfer);
    }
  }

  private Set<HttpNfcLeaseManifestEntryChecksumType> checksumTypes() {
    Set<HttpNfcLeaseManifestEntryChecksumType> types =
        EnumSet.noneOf(HttpNfcLeaseManifestEntryChecksumType.class);
    disks.forEach(disk -> types.add(disk.checksumType()));
    return types;
  }
}
