package dev.vcsnap.seed;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Placement;
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
    restoreFolders();
    List<Registrations.Machine> registered = registrations.machines();
    machines.openAll(registered.stream().map(this::opening).toList(), recovery::recover);
    LOG.info("{} virtual machines are open", registered.size());
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
          .recover(registrations.isNew() ? store.datastore()::exists : claimed::contains)
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

  private void restoreFolders() {
    tree.restructure(tx -> {
      for (Registrations.Folder folder : registrations.folders()) {
        tree.addVmFolder(tx, folder);
      }
    });
  }

  private VirtualMachines.Opening opening(Registrations.Machine registered) {
    var store =
        tree.datastoreNamed(registered.configPath().datastore())
            .orElseThrow(() ->
                new BlockError(
                    BlockError.Kind.NOT_FOUND,
                    "No datastore is called '" + registered.configPath().datastore() + "'"))
            .datastore();
    VmDirectory files = VmDirectory.find(store, registered.configPath());
    Placement placement = tree.placementOf(registered);
    return new VirtualMachines.Opening(
        registered.id(),
        files,
        files.isTemplate() ? placement.withoutPool() : placement,
        registered.power());
  }
}
