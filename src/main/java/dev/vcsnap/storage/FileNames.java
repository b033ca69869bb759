package dev.vcsnap.storage;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidDatastore;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the datastore paths in calls mean.
 *
 * <p>A vCenter wants to be told the datacenter of a path, a host has only one (documented for
 * {@code FileManager} and {@code VirtualDiskManager}). Names in the form of a URL are not taken.
 */
public final class FileNames {

  private final InventoryTree tree;
  private final boolean datacenterNeeded;

  /**
   * @param datacenterNeeded whether a path without its datacenter is refused
   */
  public FileNames(InventoryTree tree, boolean datacenterNeeded) {
    this.tree = tree;
    this.datacenterNeeded = datacenterNeeded;
  }

  /**
   * The file of that name.
   *
   * @param datacenter where the datastore is
   * @param parameter the name of the datacenter's parameter, for the fault when it is missing
   * @throws VimException InvalidArgument without the datacenter, InvalidDatastore when it has no
   *     such datastore
   */
  public Located locate(
      String name, @Nullable ManagedObjectReference datacenter, String parameter) {
    if (datacenter == null && datacenterNeeded) {
      throw Faults.invalidArgument(parameter);
    }
    Located located = locate(name);
    if (datacenter != null
        && !tree.datacenterOf(located.store())
            .map(found -> Objects.equals(found.reference(), datacenter))
            .orElse(false)) {
      throw invalidDatastore(located.file().path().datastore());
    }
    return located;
  }

  /** The file of that name, in whatever datacenter. */
  public Located locate(String name) {
    DatastorePath path = DatastorePath.parse(name);
    InventoryTree.Store store =
        tree.datastoreNamed(path.datastore()).orElseThrow(() -> invalidDatastore(path.datastore()));
    return new Located(store.object(), new StoredFile(store.datastore(), path));
  }

  /** There is no datastore of that name where the caller looks. */
  public static VimException invalidDatastore(String name) {
    var fault = new InvalidDatastore();
    fault.name = name;
    return new VimException(fault, "Invalid datastore path '[" + name + "]'.");
  }
}
