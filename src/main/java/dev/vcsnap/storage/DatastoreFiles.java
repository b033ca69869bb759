package dev.vcsnap.storage;

import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.datastore.FileTransfer;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.UserNotFound;
import dev.vcsnap.vim.VimException;

/**
 * Makes, deletes, moves and copies files and folders: what the {@code FileManager} does.
 *
 * <p>What a machine uses is left alone, and answered with {@code FileLocked}.
 */
public final class DatastoreFiles {

  /** Who owns everything on a host's volumes. */
  static final String OWNER = "root";

  private final DiskFactory factory;
  private final MachineFiles machines;

  DatastoreFiles(DiskFactory factory, MachineFiles machines) {
    this.factory = factory;
    this.machines = machines;
  }

  /**
   * Makes a folder.
   *
   * @param withParents also the missing ones above it
   * @throws BlockError ALREADY_EXISTS when there is one, NOT_FOUND when the one above is missing
   */
  public void makeDirectory(StoredFile folder, boolean withParents) {
    folder.datastore().makeDirectory(folder.path(), withParents);
  }

  /** Deletes a file, a folder with all it holds, or a disk with its extents. */
  public void delete(StoredFile file) {
    machines.requireUnused(file);
    if (isDisk(file)) {
      factory.delete(file.file());
    } else {
      file.datastore().delete(file.path());
    }
  }

  /**
   * Gives a file or folder another name.
   *
   * @param force takes the name from a file that has it
   */
  public void move(
      StoredFile source, StoredFile target, boolean force, TaskBody.Progress progress) {
    machines.requireUnused(source);
    requireOverwritable(target);
    new FileTransfer(source, target, force, new TaskProgress(progress)).move();
  }

  /**
   * Makes another one of a file or folder.
   *
   * @param force takes the name from a file that has it
   */
  public void copy(
      StoredFile source, StoredFile target, boolean force, TaskBody.Progress progress) {
    requireOverwritable(target);
    new FileTransfer(source, target, force, new TaskProgress(progress)).copy();
  }

  /** Changes a file's owner; there is one that files can have. */
  public void changeOwner(StoredFile file, String owner) {
    requireThere(file);
    if (!owner.equals(OWNER)) {
      var fault = new UserNotFound();
      fault.principal = owner;
      fault.unresolved = true;
      throw new VimException(fault, "The user '" + owner + "' was not found on the host.");
    }
  }

  private void requireOverwritable(StoredFile target) {
    if (target.exists()) {
      machines.requireUnused(target);
    }
  }

  private static DatastoreEntry requireThere(StoredFile file) {
    return file.datastore()
        .entry(file.path())
        .orElseThrow(() ->
            new BlockError(
                BlockError.Kind.NOT_FOUND, file.file(), "There is no file \"" + file + "\"", null));
  }

  /** True for the descriptor of a disk, whose other files go where it goes. */
  private boolean isDisk(StoredFile file) {
    DatastoreEntry entry = requireThere(file);
    if (entry.directory() || !entry.name().endsWith(".vmdk")) {
      return false;
    }
    try {
      factory.descriptorOf(file.file());
      return true;
    } catch (BlockError other) {
      return false; // an extent, or a file that is no disk of ours: it goes alone
    }
  }
}
