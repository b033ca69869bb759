package dev.vcsnap.storage;

import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.datastore.FileTransfer;
import dev.vcsnap.datastore.HeldDisks;
import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.UserNotFound;
import dev.vcsnap.vim.VimException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Makes, deletes, moves and copies files and folders: what the {@code FileManager} does.
 *
 * <p>What a machine uses is left alone, and answered with {@code FileLocked}.
 */
public final class DatastoreFiles {

  /** Who owns everything on a host's volumes. */
  static final String OWNER = "root";

  private final VirtualDisks disks;
  private final MachineFiles machines;

  DatastoreFiles(VirtualDisks disks, MachineFiles machines) {
    this.disks = disks;
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
    try (var _ = machines.toChange(file)) {
      if (isDisk(file)) {
        disks.delete(file);
      } else {
        try (HeldDisks _ = HeldDisks.of(file)) {
          file.datastore().delete(file.path());
        }
      }
    }
  }

  /**
   * Gives a file or folder another name.
   *
   * @param force takes the name from a file that has it
   */
  public void move(
      StoredFile source, StoredFile target, boolean force, TaskBody.Progress progress) {
    requireThere(source);
    FileTransfer.requireApart(source, target);
    try (var _ = machines.toChange(source);
        var _ = machines.toChange(target)) {
      if (isDisk(source)) {
        disks.move(source, target, force, progress);
      } else {
        new FileTransfer(source, target, force, new TaskProgress(progress)).move();
      }
    }
  }

  /**
   * Makes another one of a file or folder.
   *
   * @param force takes the name from a file that has it
   */
  public void copy(
      StoredFile source, StoredFile target, boolean force, TaskBody.Progress progress) {
    try (var _ = machines.toChange(target)) {
      if (isDisk(source)) {
        disks.copy(source, target, null, null, force, progress);
      } else {
        new FileTransfer(source, target, force, new TaskProgress(progress)).copy();
      }
    }
  }

  /**
   * Makes what a client sends the content of a file, with the folders above it.
   *
   * @param expectedBytes the announced length, or -1
   * @return whether there was no such file before
   * @throws IOException when the client sends less than announced or fails; nothing changes then
   */
  public boolean upload(StoredFile file, InputStream content, long expectedBytes)
      throws IOException {
    try (var _ = machines.toChange(file);
        HeldDisks _ = HeldDisks.of(file)) {
      return write(file, content, expectedBytes);
    }
  }

  private static boolean write(StoredFile file, InputStream content, long expectedBytes)
      throws IOException {
    boolean isNew = !file.exists();
    if (expectedBytes > file.datastore().freeBytes()) {
      throw new BlockError(
          BlockError.Kind.NO_SPACE,
          file.file(),
          "'%s' is to have %d bytes, the datastore has room for %d"
              .formatted(file, expectedBytes, file.datastore().freeBytes()),
          null);
    }
    file.datastore().ensureDirectory(file.folder().path());
    file.datastore().write(file.path(), content, expectedBytes);
    return isNew;
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

  private static DatastoreEntry requireThere(StoredFile file) {
    return file.datastore()
        .entry(file.path())
        .orElseThrow(() ->
            new BlockError(
                BlockError.Kind.NOT_FOUND, file.file(), "There is no file \"" + file + "\"", null));
  }

  /** True for the descriptor of a disk, whose other files go where it goes. */
  private static boolean isDisk(StoredFile file) {
    DatastoreEntry entry = requireThere(file);
    if (entry.directory() || !entry.name().endsWith(".vmdk")) {
      return false;
    }
    // An extent, or a file that is no disk of ours, goes alone.
    return StoredDisk.find(file).isPresent();
  }
}
