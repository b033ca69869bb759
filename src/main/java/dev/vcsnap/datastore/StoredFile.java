package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.convert.DiskOpener;
import dev.vcsnap.disk.io.ConfinedFiles;
import java.nio.file.Path;

/**
 * A file or folder of a datastore, existing or not, under the one name that it has.
 *
 * @param datastore what it is in
 * @param path its name there, without dots and double slashes
 */
public record StoredFile(Datastore datastore, DatastorePath path) {

  public StoredFile {
    path = datastore.nameOf(datastore.fileOf(path));
  }

  /** The host's file behind it. */
  public Path file() {
    return datastore.fileOf(path);
  }

  public boolean exists() {
    return datastore.exists(path);
  }

  /** The folder that holds it. */
  public StoredFile folder() {
    return new StoredFile(datastore, path.folder());
  }

  /** The file {@code name} inside this folder. */
  public StoredFile resolve(String name) {
    return new StoredFile(datastore, path.resolve(name));
  }

  /**
   * Opens a disk for reading, without locks: in any form that is read, or the plain bytes of one.
   *
   * @throws BlockError NOT_THIS_FORMAT for disks of other products, UNSUPPORTED for one that is
   *     built on files of another datastore: who may read this one need not be allowed to read that
   */
  public BlockDevice openDisk(DiskFactory factory) {
    var here = new ConfinedFiles(datastore.files(), datastore.root());
    BlockDevice disk = new DiskOpener(here, factory).openOrRaw(file()).device();
    // Descriptors may be replaced at any time: asked is what was opened, not what would be.
    if (disk instanceof RunningDisk chain
        && chain.links().stream().anyMatch(link -> datastore.find(link).isEmpty())) {
      disk.close();
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "'%s' is built on a disk of another datastore".formatted(this));
    }
    return disk;
  }

  /** The spelling that clients send and get. */
  @Override
  public String toString() {
    return path.toString();
  }
}
