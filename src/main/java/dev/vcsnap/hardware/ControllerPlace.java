package dev.vcsnap.hardware;

import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualDevice;
import java.util.List;
import java.util.Optional;

/**
 * Where a device hangs, as exports and imports name it: {@code ParaVirtualSCSIController0:0}, the
 * controller's type and number and the place on it.
 */
public final class ControllerPlace {

  private ControllerPlace() {}

  /** The name of a device's place; empty if it hangs on none of the controllers in the list. */
  public static Optional<String> of(List<VirtualDevice> devices, VirtualDevice device) {
    if (device.controllerKey == null || device.unitNumber == null) {
      return Optional.empty();
    }
    return devices.stream()
        .filter(other -> other.key == device.controllerKey)
        .filter(VirtualController.class::isInstance)
        .map(VirtualController.class::cast)
        .findFirst()
        .map(controller ->
            controller.vimType().name() + controller.busNumber + ":" + device.unitNumber);
  }
}
