package dev.vcsnap.quiesce;

import dev.vcsnap.inventory.VirtualMachine;
import java.util.Optional;

/** Finds the agent in a machine's guest. */
@FunctionalInterface
public interface GuestAgents {

  /** The agent of a machine whose Tools run; empty for one that is off or has none running. */
  Optional<GuestAgent> of(VirtualMachine machine);
}
