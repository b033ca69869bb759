package dev.vcsnap.seed;

import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.snapshot.Recovery;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the machines up when the server starts: the registered ones from their folders, or the
 * default ones where nothing was registered yet.
 */
final class MachineStart {

  private static final Logger LOG = LoggerFactory.getLogger(MachineStart.class);

  private final MachineRegister register;
  private final DefaultMachines defaults;
  private final InventoryTree tree;
  private final VirtualMachines machines;
  private final Recovery recovery;

  MachineStart(
      MachineRegister register,
      DefaultMachines defaults,
      InventoryTree tree,
      VirtualMachines machines,
      Recovery recovery) {
    this.register = register;
    this.defaults = defaults;
    this.tree = tree;
    this.machines = machines;
    this.recovery = recovery;
  }

  /** Opens every machine. */
  void start() {
    if (register.isNew()) {
      register.put(defaults.create());
    }
    List<RegisteredMachine> registered = register.all();
    registered.forEach(machine -> tree.ids().seen(machine.id()));
    registered.forEach(this::open);
    LOG.info("{} virtual machines are open", registered.size());
  }

  private void open(RegisteredMachine registered) {
    var store =
        tree.datastoreNamed(registered.configPath().datastore())
            .orElseThrow(() ->
                new BlockError(
                    BlockError.Kind.NOT_FOUND,
                    "No datastore is called '" + registered.configPath().datastore() + "'"))
            .datastore();
    try {
      machines.open(
          registered.id(),
          new VmDirectory(store, registered.configPath()),
          tree.placementOn(tree.hostNamed(registered.host()).orElseGet(tree::defaultHost)),
          registered.power(),
          recovery::recover);
    } catch (BlockError e) {
      throw new BlockError(
          e.kind(),
          "The virtual machine "
              + registered.configPath()
              + " cannot be opened: "
              + e.getMessage()
              + ". See what is wrong with './vcsnap check' on its folder, then restore the files"
              + " from a copy.",
          e);
    }
  }

  /** Keeps the power state for the next start. */
  void notePower(VirtualMachine machine) {
    register.notePower(machine);
  }
}
