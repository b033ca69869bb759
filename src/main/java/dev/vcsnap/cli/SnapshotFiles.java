package dev.vcsnap.cli;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.inventory.SnapshotDetails;
import dev.vcsnap.quiesce.Consistency;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A snapshot as the files of its machine have it.
 *
 * @param disks the descriptors of the disks that it froze
 * @param recorded the kind that the server recorded
 */
record SnapshotFiles(List<Path> disks, Consistency recorded) {

  private static final int LIST_BYTES_MAX = 1 << 20;

  /**
   * Reads what is beside a machine's configuration; a running server may have changed it since.
   *
   * @param configuration the .vmx
   * @param wanted the snapshot's name or the number that its state file's name ends with
   * @throws BlockError NOT_FOUND, and what the parsers throw
   */
  static SnapshotFiles of(Path configuration, String wanted) {
    String name = String.valueOf(configuration.getFileName());
    Path list = configuration.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".vmsd");
    List<SnapshotEntry> all = Vmsd.parse(start(list, LIST_BYTES_MAX)).snapshots();
    List<SnapshotEntry> found =
        all.stream()
            .filter(entry ->
                entry.displayName().equals(wanted) || Integer.toString(entry.uid()).equals(wanted))
            .toList();
    if (found.size() != 1) {
      throw new BlockError(
          Kind.NOT_FOUND,
          "'%s' has %s snapshot '%s'; it has %s"
              .formatted(
                  list,
                  found.isEmpty() ? "no" : "more than one",
                  wanted,
                  all.stream().map(entry -> entry.uid() + ": " + entry.displayName()).toList()));
    }
    SnapshotEntry entry = found.getFirst();
    Vmsn state =
        Vmsn.parse(start(configuration.resolveSibling(entry.vmsnFileName()), Vmsn.BYTES_MAX));
    return new SnapshotFiles(
        entry.disks().stream().map(disk -> descriptor(configuration, disk)).toList(),
        Consistency.of(state.details().get(SnapshotDetails.CONSISTENCY)));
  }

  private static Path descriptor(Path configuration, SnapshotDisk disk) {
    if (disk.fileName().startsWith("/")) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "The disk at %s is '%s', in another folder; name it itself"
              .formatted(disk.node(), disk.fileName()));
    }
    return configuration.resolveSibling(disk.fileName());
  }

  /** A state file may have the machine's memory behind it. */
  private static byte[] start(Path file, int bytesMax) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(bytesMax);
    } catch (NoSuchFileException missing) {
      throw new BlockError(Kind.NOT_FOUND, file, "There is no '" + file + "'", missing);
    } catch (IOException failure) {
      throw new UncheckedIOException("'" + file + "' cannot be read", failure);
    }
  }
}
