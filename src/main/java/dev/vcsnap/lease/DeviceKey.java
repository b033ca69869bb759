package dev.vcsnap.lease;

import dev.vcsnap.hardware.ControllerPlace;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.util.List;
import java.util.Optional;

/** Names the devices of a machine as leases do: {@code /vm-62/ParaVirtualSCSIController0:0}. */
public final class DeviceKey {

  private DeviceKey() {}

  /** The key of a device in a list; empty if it hangs on no controller of the list. */
  public static Optional<String> of(
      VirtualMachine machine, List<VirtualDevice> devices, VirtualDevice device) {
    return ControllerPlace.of(devices, device).map(place -> prefix(machine) + place);
  }

  /**
   * The key of the disk at a node.
   *
   * @param described the object with the configuration that the disk is part of: the machine or a
   *     snapshot
   */
  static String ofDisk(VirtualMachine machine, ManagedObject described, String node) {
    int key = VirtualMachine.deviceKeyOf(node);
    List<VirtualDevice> devices =
        described.get("config") instanceof VirtualMachineConfigInfo config
            ? config.hardware.device
            : List.of();
    return devices.stream()
        .filter(device -> device.key == key)
        .findFirst()
        .flatMap(device -> of(machine, devices, device))
        .orElseThrow(() -> new IllegalStateException(described + " shows no disk at " + node));
  }

  /** The key of the file with the firmware's variables. */
  public static String ofNvram(VirtualMachine machine) {
    return prefix(machine) + "nvram";
  }

  private static String prefix(VirtualMachine machine) {
    return "/" + machine.object().id() + "/";
  }
}
