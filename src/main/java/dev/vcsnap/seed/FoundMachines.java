package dev.vcsnap.seed;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the machines of a server whose database was lost: every folder at the top of a datastore
 * that has a configuration. They come up running, on the default host, with new ids.
 */
final class FoundMachines {

  private static final Logger LOG = LoggerFactory.getLogger(FoundMachines.class);

  private static final String CONFIGURATION = ".vmx";
  private static final String TEMPLATE = ".vmtx";

  private final InventoryTree tree;

  FoundMachines(InventoryTree tree) {
    this.tree = tree;
  }

  /** The configurations, by datastore and name. */
  List<DatastorePath> configurations() {
    List<DatastorePath> found = new ArrayList<>();
    for (InventoryTree.Store store : tree.datastores()) {
      Datastore datastore = store.datastore();
      for (DatastoreEntry folder : datastore.list(datastore.rootPath())) {
        if (folder.directory()) {
          DatastorePath path = datastore.rootPath().resolve(folder.name());
          entriesOf(datastore, path).stream()
              .filter(entry -> !entry.directory() && isConfiguration(entry.name()))
              .forEach(entry -> found.add(path.resolve(entry.name())));
        }
      }
    }
    return found;
  }

  /** A folder that cannot be read is left out: nobody knows whether a machine is in it. */
  private static List<DatastoreEntry> entriesOf(Datastore datastore, DatastorePath folder) {
    try {
      return datastore.list(folder);
    } catch (BlockError e) {
      LOG.warn("No machines are looked for in {}: {}", folder, e.getMessage());
      return List.of();
    }
  }

  private static boolean isConfiguration(String name) {
    return name.endsWith(CONFIGURATION) || name.endsWith(TEMPLATE);
  }

  /** Gives the machines behind the configurations a place in the inventory. */
  List<Registrations.Machine> place(List<DatastorePath> configurations) {
    var placement = tree.placementOn(tree.defaultHost());
    return configurations.stream()
        .map(
            path -> Registrations.Machine.of(tree.ids().next("vm"), path, powerOf(path), placement))
        .toList();
  }

  private static VirtualMachinePowerState powerOf(DatastorePath path) {
    return path.fileName().endsWith(TEMPLATE)
        ? VirtualMachinePowerState.poweredOff
        : VirtualMachinePowerState.poweredOn;
  }
}
