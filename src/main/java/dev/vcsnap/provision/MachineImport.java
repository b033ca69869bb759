package dev.vcsnap.provision;

import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.VirtualMachine;

/**
 * A machine whose disks are still on their way: clients see it, but it is not registered. It ends
 * with {@link #keep} or {@link #undo}; a server that stops before finds its files unclaimed at the
 * next start, and takes them away.
 */
public final class MachineImport {

  private final Machinery machinery;
  private final NewHome home;
  private final VirtualMachine machine;

  MachineImport(Machinery machinery, NewHome home, VirtualMachine machine) {
    this.machinery = machinery;
    this.home = home;
    this.machine = machine;
  }

  public VirtualMachine machine() {
    return machine;
  }

  /** Makes it a machine as all others. */
  public void keep() {
    machine.disks().values().forEach(disk -> disk.flush());
    machinery.registrations().put(Registrations.Machine.of(machine));
    home.keep();
    home.close();
  }

  /**
   * Takes it away with all its files, and the registration that it may have got; whatever fails,
   * the rest is done.
   */
  public void undo() {
    try (home) {
      try {
        machinery.registrations().removeMachine(machine.object().id());
      } finally {
        withdraw();
      }
    }
  }

  private void withdraw() {
    try {
      machinery.machines().withdraw(machine);
    } finally {
      machine.closeDisks();
    }
  }
}
