package dev.vcsnap.hardware;

import dev.vcsnap.vim.DeviceHotPlugNotSupported;
import dev.vcsnap.vim.DisallowedDiskModeChange;
import dev.vcsnap.vim.InvalidController;
import dev.vcsnap.vim.InvalidDeviceBacking;
import dev.vcsnap.vim.InvalidDeviceOperation;
import dev.vcsnap.vim.InvalidDeviceSpec;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.MissingController;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import java.util.List;

/**
 * The refusals of device changes; each carries the place of the change in the specification.
 *
 * <p>The texts of InvalidDeviceSpec, InvalidDeviceOperation and InvalidDeviceBacking were seen on
 * real servers; the others are assumed.
 */
final class DeviceFaults {

  private DeviceFaults() {}

  static VimException invalid(int index, String property, String reason) {
    var fault = new InvalidDeviceSpec();
    fault.property = property;
    return of(fault, index, "Invalid configuration for device '" + index + "'.", reason);
  }

  static VimException operation(int index, VirtualDeviceConfigSpec spec, String reason) {
    var fault = new InvalidDeviceOperation();
    fault.badOp = spec.operation;
    fault.badFileOp = spec.fileOperation;
    return of(fault, index, "Invalid operation for device '" + index + "'.", reason);
  }

  static VimException backing(int index, String reason) {
    var fault = new InvalidDeviceBacking();
    fault.property = "virtualDeviceSpec.device.backing";
    return of(
        fault, index, "Incompatible device backing specified for device '" + index + "'.", reason);
  }

  static VimException noController(int index) {
    var fault = new MissingController();
    fault.property = "virtualDeviceSpec.device.controllerKey";
    return of(
        fault,
        index,
        "A controller is missing for device '" + index + "'.",
        "it names no controller");
  }

  static VimException controller(int index, int controllerKey) {
    var fault = new InvalidController();
    fault.property = "virtualDeviceSpec.device.controllerKey";
    fault.controllerKey = controllerKey;
    return of(
        fault,
        index,
        "Invalid controller for device '" + index + "'.",
        "the machine has no controller " + controllerKey + " that takes it");
  }

  static VimException hotPlug(int index) {
    var fault = new DeviceHotPlugNotSupported();
    return of(
        fault,
        index,
        "Hot-plugging of device '" + index + "' is not supported.",
        "it can be changed while the machine is off");
  }

  static VimException mode(int index) {
    var fault = new DisallowedDiskModeChange();
    fault.property = "virtualDeviceSpec.device.backing.diskMode";
    return of(
        fault,
        index,
        "The disk mode of device '" + index + "' cannot be changed.",
        "a snapshot needs the disk");
  }

  private static VimException of(InvalidDeviceSpec fault, int index, String text, String reason) {
    fault.deviceIndex = index;
    var message = new LocalizableMessage();
    message.key = "msg.device." + fault.getClass().getSimpleName();
    message.message = reason;
    fault.faultMessage = List.of(message);
    return new VimException(fault, text);
  }
}
