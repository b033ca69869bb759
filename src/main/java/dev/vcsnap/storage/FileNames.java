package dev.vcsnap.storage;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the datastore paths in calls mean.
 *
 * <p>A vCenter wants to be told the datacenter of a path, a host has only one (documented for
 * {@code FileManager} and {@code VirtualDiskManager}). A file may also be named by its URL, which
 * needs no datacenter.
 */
public final class FileNames {

  private static final String FOLDER = "/folder/";
  private static final String STORE = "dsName=";

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
    if (datacenter == null && datacenterNeeded && !name.startsWith("http")) {
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
    DatastorePath path = DatastorePath.parse(name.startsWith("http") ? pathIn(name) : name);
    InventoryTree.Store store =
        tree.datastoreNamed(path.datastore()).orElseThrow(() -> invalidDatastore(path.datastore()));
    return new Located(store.object(), new StoredFile(store.datastore(), path));
  }

  /**
   * The root of a datastore.
   *
   * @throws VimException ManagedObjectNotFound when there is no such datastore
   */
  public Located root(ManagedObjectReference datastore) {
    InventoryTree.Store store =
        tree.datastore(datastore).orElseThrow(() -> Faults.notFound(datastore));
    return new Located(
        store.object(), new StoredFile(store.datastore(), store.datastore().rootPath()));
  }

  /** {@code https://host/folder/dir/X.vmdk?dcPath=DC0&dsName=ds} as a datastore path. */
  private static String pathIn(String url) {
    int folder = url.indexOf(FOLDER);
    int query = url.indexOf('?', Math.max(folder, 0));
    if (folder < 0 || query < 0) {
      throw Faults.invalidArgument("path");
    }
    for (String pair : url.substring(query + 1).split("&", -1)) {
      if (pair.startsWith(STORE)) {
        return "["
            + decoded(pair.substring(STORE.length()))
            + "] "
            // A plus sign of a path is itself.
            + decoded(url.substring(folder + FOLDER.length(), query).replace("+", "%2B"));
      }
    }
    throw Faults.invalidArgument("path");
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Faults.invalidArgument("path");
    }
  }

  /** There is no datastore of that name where the caller looks. */
  public static VimException invalidDatastore(String name) {
    return Faults.invalidDatastore(name, "Invalid datastore path '[" + name + "]'.");
  }
}
