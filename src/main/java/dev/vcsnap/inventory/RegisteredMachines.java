package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the registered machines when the server starts, beside one another. One that cannot be
 * opened stands in nobody's way: it is shown as what it is, an {@link UnopenedMachine}.
 */
public final class RegisteredMachines {

  private static final Logger LOG = LoggerFactory.getLogger(RegisteredMachines.class);

  /** How far one machine got: it is open, or something was wrong with it. */
  private record Attempt(
      Registrations.Machine registered,
      @Nullable VirtualMachine machine,
      @Nullable RuntimeException failure) {

    /**
     * Goes on with an open machine; it is closed if that fails.
     *
     * @param closing called before
     */
    Attempt then(Consumer<VirtualMachine> step, Consumer<Registrations.Machine> closing) {
      if (machine == null) {
        return this;
      }
      try {
        step.accept(machine);
        return this;
      } catch (RuntimeException e) {
        closing.accept(registered);
        VirtualMachines.closeDisks(machine);
        return new Attempt(registered, null, e);
      }
    }
  }

  private final InventoryTree tree;
  private final VirtualMachines machines;

  public RegisteredMachines(InventoryTree tree, VirtualMachines machines) {
    this.tree = tree;
    this.machines = machines;
  }

  /**
   * Opens the machines and shows them to clients in one step. All are open before the first is
   * brought in order, so that it is known whose links others are built on, also those that cannot
   * be opened.
   *
   * @param recovery brings a machine's files into agreement once its disks are open
   * @return how many could not be opened
   */
  public int openAll(List<Registrations.Machine> registered, Consumer<VirtualMachine> recovery) {
    List<Attempt> attempts =
        registered.parallelStream().map(this::open).toList().parallelStream()
            .map(attempt -> attempt.then(recovery, this::keepBorrowed))
            .toList();
    List<VirtualMachine> opened = new ArrayList<>();
    List<UnopenedMachine> unopened = new ArrayList<>();
    for (Attempt attempt : attempts) {
      if (attempt.machine != null) {
        opened.add(attempt.machine);
      } else if (attempt.failure != null) {
        unopened.add(unopened(attempt.registered, attempt.failure));
      }
    }
    return machines.showAll(opened, unopened);
  }

  private Attempt open(Registrations.Machine registered) {
    try {
      VmDirectory files = filesOf(registered.configPath());
      Placement placement = tree.placementOf(registered);
      return new Attempt(
          registered,
          machines.prepare(
              new VirtualMachines.Opening(
                  registered.id(),
                  files,
                  files.isTemplate() ? placement.withoutPool() : placement,
                  registered.power())),
          null);
    } catch (RuntimeException e) {
      keepBorrowed(registered);
      return new Attempt(registered, null, e);
    }
  }

  private void keepBorrowed(Registrations.Machine registered) {
    machines.keepBorrowed(registered.id(), registered.configPath());
  }

  private VmDirectory filesOf(DatastorePath configPath) {
    return VmDirectory.find(
        tree.datastoreNamed(configPath.datastore())
            .orElseThrow(() ->
                new BlockError(
                    BlockError.Kind.NOT_FOUND,
                    "No datastore is called '" + configPath.datastore() + "'"))
            .datastore(),
        configPath);
  }

  private UnopenedMachine unopened(Registrations.Machine registered, RuntimeException failure) {
    DatastorePath path = registered.configPath();
    Placement placement = tree.placementOf(registered);
    var machine =
        new UnopenedMachine(
            machines.objectOf(registered.id()),
            path,
            path.fileName().endsWith(VmDirectory.TEMPLATE) ? placement.withoutPool() : placement,
            registered.power(),
            nameIn(path),
            failure);
    log(machine);
    return machine;
  }

  static void log(UnopenedMachine machine) {
    LOG.error(
        "The virtual machine {} cannot be opened and is shown as {}: {}. See what is wrong with"
            + " './vcsnap check' on its folder, restore the files from a copy, and reload it.",
        machine.configPath(),
        machine.state(),
        machine.failure().getMessage(),
        machine.failure() instanceof BlockError ? null : machine.failure());
  }

  /** What a configuration calls its machine, if that much of it can be read. */
  private String nameIn(DatastorePath path) {
    String fileName = path.fileName();
    int dot = fileName.lastIndexOf('.');
    String fallback = dot > 0 ? fileName.substring(0, dot) : fileName;
    try {
      String name = VmxKeys.displayName(filesOf(path).readVmx());
      return name.isBlank() ? fallback : name;
    } catch (RuntimeException e) {
      LOG.debug("The name of {} is not known", path, e);
      return fallback;
    }
  }
}
