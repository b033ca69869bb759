package dev.vcsnap.hardware;

import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.VirtualBusLogicController;
import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualLsiLogicController;
import dev.vcsnap.vim.VirtualLsiLogicSASController;
import dev.vcsnap.vim.VirtualNVMEController;
import dev.vcsnap.vim.VirtualSATAController;
import dev.vcsnap.vim.VirtualSCSIController;
import dev.vcsnap.vim.VirtualSCSISharing;
import dev.vcsnap.vim.VirtualUSBController;
import dev.vcsnap.vim.VirtualUSBXHCIController;

/** Controllers that come and go: SCSI, SATA and NVMe ones, and the two of USB. */
final class ControllerKind implements DeviceKind {

  @Override
  public boolean covers(VirtualDevice device) {
    return device instanceof VirtualSCSIController
        || device instanceof VirtualSATAController
        || device instanceof VirtualNVMEController
        || device instanceof VirtualUSBController
        || device instanceof VirtualUSBXHCIController;
  }

  @Override
  public void add(DeviceChange change) {
    if (change.device() instanceof VirtualUSBController
        || change.device() instanceof VirtualUSBXHCIController) {
      addUsb(change);
      return;
    }
    var controller = (VirtualController) change.device();
    Bus bus = bus(controller);
    int number = freeNumber(change, bus, controller.busNumber);
    String name = bus.name(number);
    change.clear(name);
    change.vmx().putFlag(name + ".present", true);
    if (controller instanceof VirtualSCSIController scsi) {
      change.vmx().put(name + ".virtualDev", virtualDev(change, scsi));
      putSharing(change, name, scsi);
    }
    change.assign(bus.controllerKey(number));
  }

  @Override
  public void edit(DeviceChange change) {
    change.requireNoFileOperation();
    String name = present(change);
    if (change.device() instanceof VirtualSCSIController scsi) {
      if (!virtualDev(change, scsi).equals(change.vmx().get(name + ".virtualDev").orElse(""))) {
        throw DeviceFaults.operation(
            change.index(), change.spec(), "the type of a controller cannot be changed");
      }
      if (scsi.sharedBus != null && scsi.sharedBus != sharing(change, name)) {
        if (change.machine().running()) {
          throw DeviceFaults.hotPlug(change.index());
        }
        putSharing(change, name, scsi);
      }
    }
  }

  @Override
  public void remove(DeviceChange change) {
    change.requireNoFileOperation();
    String name = present(change);
    boolean used =
        change.vmx().keys().stream()
            .anyMatch(key -> key.startsWith(name + ":") && key.endsWith(".fileName"));
    if (used) {
      throw DeviceFaults.operation(change.index(), change.spec(), "devices hang on the controller");
    }
    change.clear(name);
  }

  private static Bus bus(VirtualController controller) {
    return Bus.of(controller).orElseThrow();
  }

  /** What the .vmx keys of the controller that the client means begin with. */
  private static String present(DeviceChange change) {
    int key = change.device().key;
    String name =
        key == VmDevices.USB
            ? "usb"
            : key == VmDevices.XHCI
                ? "usb_xhci"
                : Bus.ofControllerKey(key).map(bus -> bus.name(bus.numberOf(key))).orElse("");
    if (!change.vmx().flag(name + ".present")) {
      throw change.notThere();
    }
    return name;
  }

  private static int freeNumber(DeviceChange change, Bus bus, int wanted) {
    if (wanted >= 0 && wanted < bus.buses() && !change.hasController(bus, wanted)) {
      return wanted;
    }
    for (int number = 0; wanted < 0 && number < bus.buses(); number++) {
      if (!change.hasController(bus, number)) {
        return number;
      }
    }
    throw DeviceFaults.invalid(
        change.index(),
        "virtualDeviceSpec.device.busNumber",
        "the bus number " + wanted + " is not free; a machine has " + bus.buses() + " of the kind");
  }

  private static void addUsb(DeviceChange change) {
    boolean xhci = change.device() instanceof VirtualUSBXHCIController;
    String name = xhci ? "usb_xhci" : "usb";
    if (change.vmx().flag(name + ".present")) {
      throw DeviceFaults.invalid(
          change.index(), "virtualDeviceSpec.device", "the machine has such a controller");
    }
    change.vmx().putFlag(name + ".present", true);
    if (change.device() instanceof VirtualUSBController usb
        && Boolean.TRUE.equals(usb.ehciEnabled)) {
      change.vmx().putFlag("ehci.present", true);
    }
    change.assign(xhci ? VmDevices.XHCI : VmDevices.USB);
  }

  private static String virtualDev(DeviceChange change, VirtualSCSIController controller) {
    return switch (controller) {
      case ParaVirtualSCSIController any -> "pvscsi";
      case VirtualLsiLogicSASController any -> "lsisas1068";
      case VirtualLsiLogicController any -> "lsilogic";
      case VirtualBusLogicController any -> "buslogic";
      default ->
          throw DeviceFaults.invalid(
              change.index(), "virtualDeviceSpec.device", "it is of no particular type");
    };
  }

  private static VirtualSCSISharing sharing(DeviceChange change, String name) {
    return VmDevices.sharing(change.vmx(), name);
  }

  private static void putSharing(
      DeviceChange change, String name, VirtualSCSIController controller) {
    switch (controller.sharedBus) {
      case null -> change.vmx().remove(name + ".sharedBus");
      case noSharing -> change.vmx().remove(name + ".sharedBus");
      case virtualSharing -> change.vmx().put(name + ".sharedBus", "virtual");
      case physicalSharing -> change.vmx().put(name + ".sharedBus", "physical");
    }
  }
}
