package dev.vcsnap.provision;

import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.inventory.Placement;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.function.Consumer;

/**
 * The last steps of every machine that comes in: its disks open, it is finished where nobody sees
 * it, it is registered, which is the moment that decides, and it is shown.
 */
final class Arrival {

  private final Machinery machinery;

  Arrival(Machinery machinery) {
    this.machinery = machinery;
  }

  /**
   * Takes a machine in that is off.
   *
   * @param finish what is still to be done on the open machine
   * @param decided called once the machine is registered
   */
  VirtualMachine admit(
      VmDirectory files, Placement placement, Consumer<VirtualMachine> finish, Runnable decided) {
    VirtualMachine machine =
        open(
            files,
            placement,
            opened -> {
              finish.accept(opened);
              machinery.registrations().put(Registrations.Machine.of(opened));
            });
    decided.run();
    machinery.machines().show(machine);
    return machine;
  }

  /** Opens a machine that is off, and finishes it where nobody sees it. */
  VirtualMachine open(VmDirectory files, Placement placement, Consumer<VirtualMachine> finish) {
    VirtualMachine machine =
        machinery
            .machines()
            .prepare(
                new VirtualMachines.Opening(
                    machinery.tree().ids().next("vm"),
                    files,
                    placement,
                    VirtualMachinePowerState.poweredOff));
    boolean finished = false;
    try {
      finish.accept(machine);
      finished = true;
    } finally {
      if (!finished) {
        machine.closeDisks();
      }
    }
    return machine;
  }
}
