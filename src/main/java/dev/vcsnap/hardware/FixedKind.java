package dev.vcsnap.hardware;

import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualIDEController;
import dev.vcsnap.vim.VirtualKeyboard;
import dev.vcsnap.vim.VirtualMachineVMCIDevice;
import dev.vcsnap.vim.VirtualMachineVideoCard;
import dev.vcsnap.vim.VirtualPCIController;
import dev.vcsnap.vim.VirtualPS2Controller;
import dev.vcsnap.vim.VirtualPointingDevice;
import dev.vcsnap.vim.VirtualSIOController;

/**
 * The devices that every machine has. A client that rebuilds a machine from another's device list
 * adds them all; that gives it the ones that are there.
 */
final class FixedKind implements DeviceKind {

  @Override
  public boolean covers(VirtualDevice device) {
    return keyOf(device) != 0;
  }

  @Override
  public void add(DeviceChange change) {
    change.assign(keyOf(change.device()));
  }

  @Override
  public void edit(DeviceChange change) {
    throw refused(change);
  }

  @Override
  public void remove(DeviceChange change) {
    throw refused(change);
  }

  private static dev.vcsnap.vim.VimException refused(DeviceChange change) {
    return DeviceFaults.operation(
        change.index(), change.spec(), "every machine has this device, and as it is");
  }

  private static int keyOf(VirtualDevice device) {
    return switch (device) {
      case VirtualIDEController ide when ide.busNumber >= 0 && ide.busNumber < Bus.IDE.buses() ->
          Bus.IDE.controllerKey(ide.busNumber);
      case VirtualPS2Controller any -> VmDevices.PS2;
      case VirtualPCIController any -> VmDevices.PCI;
      case VirtualSIOController any -> VmDevices.SIO;
      case VirtualKeyboard any -> VmDevices.KEYBOARD;
      case VirtualPointingDevice any -> VmDevices.POINTING;
      case VirtualMachineVideoCard any -> VmDevices.VIDEO;
      case VirtualMachineVMCIDevice any -> VmDevices.VMCI;
      default -> 0;
    };
  }
}
