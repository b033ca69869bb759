package dev.vcsnap.provision;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Placement;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachinePowerState;

/**
 * Gives machines another place in the inventory: another folder, pool or host, the place of a
 * template, or that of a machine again. What is to be kept is kept first; then clients see it.
 */
final class MachinePlaces {

  private final Machinery machinery;

  MachinePlaces(Machinery machinery) {
    this.machinery = machinery;
  }

  void move(VirtualMachine machine, Placement placement) {
    machinery
        .registrations()
        .put(
            Registrations.Machine.of(
                machine.object().id(), machine.files().vmxPath(), machine.power(), placement));
    machinery.machines().moveTo(machine, placement);
  }

  /**
   * Shows a machine in another folder.
   *
   * @throws VimException DuplicateName if the folder has a member of its name
   */
  void moveInto(VirtualMachine machine, ManagedObject folder) {
    if (machine.placement().folder().equals(folder.reference())) {
      return;
    }
    try (var _ = machinery.names().claim(folder, machine.name())) {
      move(machine, machine.placement().inFolder(folder.reference()));
    }
  }

  /** Makes a template of a machine that is off: it leaves its pool, and its files say so. */
  void markAsTemplate(VirtualMachine machine) {
    requireKind(machine, false);
    if (machine.power() != VirtualMachinePowerState.poweredOff) {
      throw Faults.invalidPowerState(VirtualMachinePowerState.poweredOff, machine.power());
    }
    rename(machine, true, machine.placement().withoutPool());
  }

  /** Makes a machine of a template again. */
  void markAsMachine(VirtualMachine template, Site site) {
    requireKind(template, true);
    InventoryTree tree = machinery.tree();
    InventoryTree.Store store = tree.datastore(template.placement().datastore()).orElseThrow();
    rename(template, false, site.with(tree, store));
  }

  private void rename(VirtualMachine machine, boolean template, Placement placement) {
    machinery.machines().rehome(machine, machine.files().asTemplate(template));
    move(machine, placement);
  }

  private static void requireKind(VirtualMachine machine, boolean template) {
    if (machine.isTemplate() != template) {
      throw Faults.invalidState(
          "'" + machine.name() + (template ? "' is not a template." : "' is a template."));
    }
  }
}
