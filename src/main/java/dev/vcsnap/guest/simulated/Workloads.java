package dev.vcsnap.guest.simulated;

import dev.vcsnap.inventory.VirtualMachine;

/** Finds what runs in a machine's simulated guest. */
@FunctionalInterface
public interface Workloads {

  Workload of(VirtualMachine machine);
}
