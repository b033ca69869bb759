package dev.vcsnap.inventory;

/** Knows what VMware Tools say in each machine's guest at this moment. */
@FunctionalInterface
public interface Guests {

  /** A world in which no guest has Tools. */
  Guests WITHOUT_TOOLS = machine -> GuestTools.NONE;

  GuestTools toolsOf(VirtualMachine machine);

  /**
   * Asks the operating system of a machine's guest to go. Returns when it has answered, not when it
   * has gone.
   */
  default GuestWish.Answer ask(VirtualMachine machine, GuestWish wish) {
    return GuestWish.Answer.NOBODY;
  }

  /**
   * Is told when a machine appeared or changed, its power for example: its guest may begin or end.
   * Returns at once.
   */
  default void shown(VirtualMachine machine) {}

  /** Is told when a machine is not in the inventory any more. Returns at once. */
  default void withdrawn(VirtualMachine machine) {}
}
