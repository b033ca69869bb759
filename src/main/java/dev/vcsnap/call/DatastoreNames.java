package dev.vcsnap.call;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.vim.ManagedObjectReference;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the datastore that a file's name begins with, so that its privileges can be asked. */
final class DatastoreNames {

  private static final String URL_PARAMETER = "dsName=";

  private final InventoryTree tree;

  DatastoreNames(InventoryTree tree) {
    this.tree = tree;
  }

  /**
   * The datastore in {@code [name] folder/file}, or in the address of a file; null if there is none
   * of that name.
   */
  @Nullable ManagedObjectReference of(@Nullable String file) {
    String name = file == null ? null : nameIn(file);
    return name == null
        ? null
        : tree.datastoreNamed(name).map(InventoryTree.Store::reference).orElse(null);
  }

  private static @Nullable String nameIn(String file) {
    int parameter = file.indexOf(URL_PARAMETER);
    try {
      if (file.startsWith("http") && parameter >= 0) {
        String rest = file.substring(parameter + URL_PARAMETER.length());
        int end = rest.indexOf('&');
        return URLDecoder.decode(end < 0 ? rest : rest.substring(0, end), StandardCharsets.UTF_8);
      }
      return DatastorePath.parse(file).datastore();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
