package dev.vcsnap.snapshot;

import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;

/**
 * Puts the configuration's wish for change tracking into force.
 *
 * <p>Rule C2: a reconfiguration takes effect at the next stun of a running machine, and at once on
 * one that is off.
 */
public final class ChangeTracking {

  private ChangeTracking() {}

  /** Turns tracking on or off where disk and configuration differ. */
  public static void apply(VirtualMachine machine, RunningDisk disk) {
    boolean wanted = machine.wantsChangeTracking();
    if (wanted && !disk.tracked()) {
      disk.enableTracking();
    } else if (!wanted && disk.tracked()) {
      disk.disableTracking();
    }
  }
}
