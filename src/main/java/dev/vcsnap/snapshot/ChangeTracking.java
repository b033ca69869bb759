package dev.vcsnap.snapshot;

import dev.vcsnap.inventory.VirtualMachine;
import java.util.Set;

/**
 * Puts the configuration's wish for change tracking into force.
 *
 * <p>Rule C2: a reconfiguration takes effect at the next stun of a running machine, and at once on
 * one that is off.
 */
public final class ChangeTracking {

  private ChangeTracking() {}

  /**
   * Turns tracking on or off where disks and configuration differ. Independent disks are never
   * tracked (rule C5), nor one whose own key says that it is not to be; one without such a key
   * follows the machine (assumed).
   */
  public static void apply(VirtualMachine machine) {
    boolean asked = machine.wantsChangeTracking();
    Set<String> candidates = SnapshotCreation.snapshotDisks(machine, machine.vmx()).keySet();
    machine
        .disks()
        .forEach((node, disk) -> {
          boolean wanted = asked && candidates.contains(node) && machine.wantsChangeTracking(node);
          if (wanted && !disk.tracked()) {
            disk.enableTracking();
          } else if (!wanted && disk.tracked()) {
            disk.disableTracking();
          }
        });
  }
}
