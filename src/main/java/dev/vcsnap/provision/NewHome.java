package dev.vcsnap.provision;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.FileClaims;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.datastore.UnclaimedFiles;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.InventoryPaths;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * The folder of a machine that is being made: unless it is kept, closing it takes away what was put
 * there, and so does the next start if the server ends before.
 */
final class NewHome implements AutoCloseable {

  /** What a folder's name may have in bytes, so that the longest file name in it fits. */
  private static final int NAME_BYTES_MAX = 200;

  private static final int NUMBER_MAX = 10_000;

  private final VmDirectory files;
  private final UnclaimedFiles.Note note;
  private final FileClaims.Claim claim;
  private boolean kept;

  private NewHome(VmDirectory files, UnclaimedFiles.Note note, FileClaims.Claim claim) {
    this.files = files;
    this.note = note;
    this.claim = claim;
  }

  /**
   * Makes a folder named after the machine, with a number behind where the name is taken: {@code
   * VM}, {@code VM_1}.
   *
   * @param registered tells whether a machine has that configuration: its files may be lost, and
   *     its name is still its own
   */
  static NewHome named(
      Datastore datastore,
      String machineName,
      boolean template,
      Predicate<DatastorePath> registered) {
    String base = fileName(machineName);
    for (int number = 0; number < NUMBER_MAX; number++) {
      var folder = datastore.rootPath().resolve(number == 0 ? base : base + "_" + number);
      if (!datastore.exists(folder)) {
        String suffix = template ? VmDirectory.TEMPLATE : VmDirectory.MACHINE;
        try {
          NewHome home = noted(datastore, folder.resolve(base + suffix), registered);
          try {
            datastore.makeDirectory(folder, false);
            return home;
          } catch (BlockError e) {
            home.giveUp();
            throw e;
          }
        } catch (BlockError e) {
          if (e.kind() != BlockError.Kind.ALREADY_EXISTS) {
            throw e;
          }
        }
      }
    }
    throw ProvisionFaults.fileExists(datastore.rootPath().resolve(base).toString());
  }

  /**
   * Uses the folder of a configuration that the client named.
   *
   * @throws dev.vcsnap.vim.VimException FileAlreadyExists if the configuration is there
   */
  static NewHome at(
      Datastore datastore, DatastorePath vmxPath, Predicate<DatastorePath> registered) {
    if (datastore.exists(vmxPath)) {
      throw ProvisionFaults.fileExists(vmxPath.toString());
    }
    NewHome home = noted(datastore, vmxPath, registered);
    try {
      if (datastore.exists(vmxPath)) {
        // Another one was quicker, between the look above and the note.
        throw new BlockError(BlockError.Kind.ALREADY_EXISTS, "\"" + vmxPath + "\" exists");
      }
      datastore.ensureDirectory(vmxPath.folder());
      return home;
    } catch (BlockError e) {
      home.giveUp();
      throw e;
    }
  }

  private static NewHome noted(
      Datastore datastore, DatastorePath vmxPath, Predicate<DatastorePath> registered) {
    if (registered.test(vmxPath)) {
      throw new BlockError(
          BlockError.Kind.ALREADY_EXISTS, "A machine is registered at \"" + vmxPath + "\"");
    }
    var files = new VmDirectory(datastore, vmxPath);
    FileClaims.Claim claim = datastore.claims().toUse(new StoredFile(datastore, vmxPath));
    boolean noted = false;
    try {
      var home = new NewHome(files, datastore.unclaimed().noteNew(vmxPath), claim);
      noted = true;
      return home;
    } finally {
      if (!noted) {
        claim.close();
      }
    }
  }

  /**
   * A machine's name as a file's: the characters that a client cannot use in a path, or that mean
   * something in a descriptor, become underscores (assumed).
   */
  static String fileName(String machineName) {
    var name = new StringBuilder();
    InventoryPaths.decoded(machineName)
        .codePoints()
        .forEach(c -> {
          boolean plain =
              c >= ' '
                  && c != 0x7f
                  && "/\\:*?\"<>|=%[]".indexOf(c) < 0
                  && Character.getType(c) != Character.SURROGATE;
          name.appendCodePoint(plain && !(name.isEmpty() && c == '.') ? c : '_');
        });
    while (bytes(name) > NAME_BYTES_MAX) {
      name.setLength(name.offsetByCodePoints(name.length(), -1));
    }
    return name.toString().strip().isEmpty() ? "_" : name.toString().strip();
  }

  private static int bytes(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  VmDirectory files() {
    return files;
  }

  /** The machine is registered: its files are its own from here on. */
  void keep() {
    kept = true;
    note.settle();
  }

  /** Nothing was put there. */
  private void giveUp() {
    note.settle();
    claim.close();
  }

  @Override
  public void close() {
    try (claim) {
      if (!kept) {
        note.remove();
      }
    }
  }
}
