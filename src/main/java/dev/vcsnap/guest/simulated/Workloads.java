package dev.vcsnap.guest.simulated;

import dev.vcsnap.inventory.VirtualMachine;

/** Finds what runs in a machine's simulated guest. */
@FunctionalInterface
public interface Workloads {

  Workload of(VirtualMachine machine);

  /**
   * Is told whenever a machine changed. Returns at once.
   *
   * @param here whether the machine is on and has a simulated guest
   */
  default void follow(VirtualMachine machine, boolean here) {}

  /** Is told when a machine leaves the inventory. Returns at once. */
  default void withdrawn(VirtualMachine machine) {}
}
