package dev.vcsnap.guest;

import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.GuestAgent;
import java.util.Optional;

/** One way to have a guest in a machine. */
public interface GuestProvider {

  /** By which {@code vcsnap.guest.provider} chooses it. */
  String name();

  /** The agent of a machine whose Tools run; empty for one that is off or has none running. */
  Optional<GuestAgent> agentOf(VirtualMachine machine);

  /** What Tools tell about the guest at this moment. */
  GuestTools toolsOf(VirtualMachine machine);

  /** Asks the guest's operating system to go, see {@link dev.vcsnap.inventory.Guests#ask}. */
  default GuestWish.Answer ask(VirtualMachine machine, GuestWish wish) {
    return GuestWish.Answer.NOBODY;
  }

  /**
   * Is told whenever a machine changed. Returns at once.
   *
   * @param here whether the machine is powered on and its guest is this provider's: then it may
   *     begin, and else it ends
   */
  default void follow(VirtualMachine machine, boolean here) {}

  /** Is told when a machine leaves the inventory. Returns at once. */
  default void withdrawn(VirtualMachine machine) {
    follow(machine, false);
  }
}
