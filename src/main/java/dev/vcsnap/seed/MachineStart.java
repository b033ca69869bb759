package dev.vcsnap.seed;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.RegisteredMachines;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.snapshot.Recovery;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the machines up when the server starts: the registered ones from their folders, those that
 * are found where the database was lost, or the default ones where there was nothing yet.
 */
final class MachineStart {

  private static final Logger LOG = LoggerFactory.getLogger(MachineStart.class);

  private final Registrations registrations;
  private final DefaultMachines defaults;
  private final InventoryTree tree;
  private final VirtualMachines machines;
  private final Recovery recovery;

  MachineStart(
      Registrations registrations,
      DefaultMachines defaults,
      InventoryTree tree,
      VirtualMachines machines,
      Recovery recovery) {
    this.registrations = registrations;
    this.defaults = defaults;
    this.tree = tree;
    this.machines = machines;
    this.recovery = recovery;
  }

  /** Opens every machine. */
  void start() {
    removeUnclaimed();
    if (registrations.isNew()) {
      registrations.begin(first());
    }
    new FolderStart(registrations, tree).start();
    List<Registrations.Machine> registered = registrations.machines();
    int unopened = new RegisteredMachines(tree, machines).openAll(registered, recovery::recover);
    LOG.info("{} virtual machines are open", registered.size() - unopened);
  }

  /**
   * Takes away what an interrupted creation or deletion left. Where the database knows nothing, a
   * folder with a configuration may be a whole machine, and stays.
   */
  private void removeUnclaimed() {
    Set<DatastorePath> claimed =
        registrations.machines().stream()
            .map(Registrations.Machine::configPath)
            .collect(Collectors.toSet());
    for (InventoryTree.Store store : tree.datastores()) {
      store
          .datastore()
          .unclaimed()
          .recover(
              registrations.isNew() ? store.datastore()::exists : claimed::contains,
              failure -> LOG.error("Left as it is for now: {}", failure.getMessage()))
          .forEach(path -> LOG.info("Removed what was left of {}", path));
    }
  }

  /**
   * A datastore that has none but default machines may be that of a first start that was cut, and
   * the rest is made; with any other one it is that of a server whose database was lost.
   */
  private List<Registrations.Machine> first() {
    var found = new FoundMachines(tree);
    List<DatastorePath> configurations = found.configurations();
    Set<String> defaultNames = defaults.names();
    if (configurations.stream().allMatch(path -> defaultNames.contains(path.folder().path()))) {
      return defaults.create();
    }
    LOG.warn(
        "The database does not know the {} virtual machines of the datastores; they are registered"
            + " anew",
        configurations.size());
    return found.place(configurations);
  }
}
