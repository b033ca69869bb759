package dev.vcsnap.browse;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.inventory.InventoryTree;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A datastore, and the datacenter in which it is looked for.
 *
 * @param datacenter the datacenter's path without a slash in front
 * @param store the datastore as clients see it
 */
record BrowsedStore(String datacenter, InventoryTree.Store store) {

  /** The one datacenter of a host, which clients go on to name when they talk to a vCenter. */
  private static final String HOST_DATACENTER = "ha-datacenter";

  /**
   * The place that a request means; empty if there is none of that name. A name may be left out
   * where there is only one thing to choose.
   */
  static Optional<BrowsedStore> find(InventoryTree tree, FolderTarget target) {
    List<BrowsedStore> candidates =
        tree.datastores().stream()
            .flatMap(store -> of(tree, store).stream())
            .filter(place -> place.isIn(target.datacenters()))
            .toList();
    if (target.datastores().isEmpty()) {
      return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }
    return target.datastores().stream().flatMap(name -> named(candidates, name)).findFirst();
  }

  /** What the files are in. */
  Datastore datastore() {
    return store.datastore();
  }

  /** The one name of what clients call {@code VM/VM.vmx}, {@code VM//VM.vmx} or {@code ./VM/..}. */
  DatastorePath pathOf(String path) {
    return datastore().nameOf(datastore().fileOf(new DatastorePath(datastore().name(), path)));
  }

  private static Optional<BrowsedStore> of(InventoryTree tree, InventoryTree.Store store) {
    return tree.datacenterOf(store.object())
        .map(datacenter -> new BrowsedStore(tree.inventoryPath(datacenter).substring(1), store));
  }

  private static Stream<BrowsedStore> named(List<BrowsedStore> candidates, String name) {
    return candidates.stream().filter(place -> place.datastore().name().equals(name));
  }

  private boolean isIn(List<String> datacenters) {
    return datacenters.isEmpty()
        || datacenters.contains(datacenter)
        || datacenters.contains("/" + datacenter)
        || datacenters.contains(HOST_DATACENTER);
  }
}
