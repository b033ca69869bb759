package dev.vcsnap.provision;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.UnopenedMachine;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.inventory.VmPublisher;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.snapshot.Recovery;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.Optional;

/**
 * Opens a machine anew from its files, or from those of another configuration: how one whose files
 * could not be used comes back. It keeps its id, its place and the power state that was last known.
 */
final class MachineReloading {

  private final Machinery machinery;
  private final Recovery recovery;
  private final VmPublisher publisher;

  MachineReloading(Machinery machinery, Recovery recovery, VmPublisher publisher) {
    this.machinery = machinery;
    this.recovery = recovery;
    this.publisher = publisher;
  }

  /**
   * Reads a machine's files again. What runs is only shown again: its files are those that the
   * server itself writes (assumed).
   *
   * @throws VimException InvalidState if the files still cannot be used
   */
  void reload(ManagedObject object) {
    Optional<UnopenedMachine> unopened = machinery.machines().unopened(object);
    if (unopened.isPresent()) {
      reopen(unopened.get(), unopened.get().configPath());
      return;
    }
    VirtualMachine machine = machinery.machines().of(object);
    if (machine.power() == VirtualMachinePowerState.poweredOff) {
      replace(machine, machine.files().vmxPath());
    } else {
      publisher.publish(machine);
    }
  }

  /**
   * Goes on with the files of another configuration, of the same kind: a machine's or a template's.
   *
   * @param path the configuration, {@code [ds] VM/VM.vmx}
   * @throws VimException InvalidPowerState for a machine that is not off, AlreadyExists for a
   *     configuration of another machine, a FileFault or InvalidState for one that cannot be used
   */
  void reload(ManagedObject object, String path) {
    Optional<UnopenedMachine> unopened = machinery.machines().unopened(object);
    DatastorePath configuration = configuration(object, path);
    if (unopened.isPresent()) {
      requireKind(unopened.get().isTemplate(), configuration);
      reopen(unopened.get(), configuration);
    } else {
      VirtualMachine machine = machinery.machines().of(object);
      MachineRemoval.requireOff(machine);
      requireKind(machine.isTemplate(), configuration);
      replace(machine, configuration);
    }
  }

  private DatastorePath configuration(ManagedObject object, String path) {
    DatastorePath wanted = DatastorePath.parse(path);
    Datastore store = storeOf(wanted).datastore();
    if (!VmDirectory.isConfiguration(wanted.fileName())) {
      throw ProvisionFaults.invalidPath(path);
    }
    DatastorePath canonical = store.nameOf(store.fileOf(wanted));
    if (!store.exists(canonical)) {
      throw new BlockError(
          BlockError.Kind.NOT_FOUND, store.fileOf(canonical), "'" + path + "' is not there", null);
    }
    machinery
        .machines()
        .at(canonical)
        .filter(other -> !other.equals(object))
        .ifPresent(other -> {
          throw ProvisionFaults.alreadyRegistered(other.id());
        });
    return canonical;
  }

  private InventoryTree.Store storeOf(DatastorePath path) {
    return machinery
        .tree()
        .datastoreNamed(path.datastore())
        .orElseThrow(() -> ProvisionFaults.unknownDatastore(path.datastore()));
  }

  private static void requireKind(boolean template, DatastorePath configuration) {
    if (template != configuration.fileName().endsWith(VmDirectory.TEMPLATE)) {
      throw Faults.invalidArgument("configurationPath");
    }
  }

  private void reopen(UnopenedMachine machine, DatastorePath path) {
    InventoryTree.Store store = storeOf(path);
    try {
      open(
          new VirtualMachines.Opening(
              machine.object().id(),
              VmDirectory.find(store.datastore(), path),
              machine.placement().onDatastore(store.reference()),
              machine.power()),
          Registrations.Machine.of(
              machine.object().id(), machine.configPath(), machine.power(), machine.placement()));
    } catch (BlockError | DatastorePathException e) {
      UnopenedMachine still = machine.with(e);
      machinery.machines().showUnopened(still);
      throw still.refusal();
    }
  }

  /**
   * The machine that was open is open again if the new files cannot be used. What a linked clone is
   * built on is lent all the time.
   */
  private void replace(VirtualMachine before, DatastorePath path) {
    InventoryTree.Store store = storeOf(path);
    boolean replaced = false;
    try {
      machinery.machines().closeForNow(before);
      open(
          new VirtualMachines.Opening(
              before.object().id(),
              new VmDirectory(store.datastore(), path),
              before.placement().onDatastore(store.reference()),
              before.power()),
          Registrations.Machine.of(before));
      replaced = true;
    } finally {
      if (!replaced) {
        machinery.machines().openAgain(before);
      }
    }
  }

  private void open(VirtualMachines.Opening opening, Registrations.Machine before) {
    VmDirectory files = opening.files();
    var configuration = new StoredFile(files.datastore(), files.vmxPath());
    try (var _ = files.datastore().claims().toUse(configuration)) {
      openClaimed(opening, before);
    }
  }

  private void openClaimed(VirtualMachines.Opening opening, Registrations.Machine before) {
    VirtualMachine machine = machinery.machines().prepare(opening);
    boolean shown = false;
    try {
      recovery.recover(machine);
      machinery.registrations().put(Registrations.Machine.of(machine));
      machinery.machines().show(machine);
      shown = true;
    } finally {
      if (!shown) {
        try {
          machinery.registrations().put(before);
        } finally {
          machine.closeDisks();
        }
      }
    }
  }
}
