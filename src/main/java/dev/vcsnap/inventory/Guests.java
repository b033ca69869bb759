package dev.vcsnap.inventory;

/** Knows what VMware Tools say in each machine's guest at this moment. */
@FunctionalInterface
public interface Guests {

  /** A world in which no guest has Tools. */
  Guests WITHOUT_TOOLS = machine -> GuestTools.NONE;

  GuestTools toolsOf(VirtualMachine machine);
}
