package dev.vcsnap.hardware;

import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import java.util.Map;
import java.util.Set;

/**
 * The machine whose devices are changed.
 *
 * @param files its folder, which exists
 * @param vmx its configuration, which is edited in place
 * @param running true while it is not off: then less can be changed
 * @param disks the disks it has, by node
 * @param frozen the nodes of disks that a snapshot needs
 */
public record MachineHardware(
    VmDirectory files, Vmx vmx, boolean running, Map<String, Disk> disks, Set<String> frozen) {

  /**
   * A disk that the machine has.
   *
   * @param fileName its running link as {@code [ds] dir/name.vmdk}
   * @param sizeBytes its capacity
   * @param hasParent true if it cannot grow because it has deltas
   */
  public record Disk(String fileName, long sizeBytes, boolean hasParent) {}
}
