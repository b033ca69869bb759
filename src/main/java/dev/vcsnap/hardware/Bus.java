package dev.vcsnap.hardware;

import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualIDEController;
import dev.vcsnap.vim.VirtualNVMEController;
import dev.vcsnap.vim.VirtualSATAController;
import dev.vcsnap.vim.VirtualSCSIController;
import java.util.Arrays;
import java.util.Optional;

/**
 * The buses on which disks and drives hang, with the keys that vSphere gives to their controllers
 * and to what hangs on them.
 *
 * <p>Keys of IDE, SCSI, SATA and floppies are those seen on real machines; how NVMe keys go on
 * after the first controller is assumed.
 */
public enum Bus {
  IDE("ide", VirtualIDEController.class, 200, 3000, 2, 2),
  SCSI("scsi", VirtualSCSIController.class, 1000, 2000, 4, 16),
  SATA("sata", VirtualSATAController.class, 15000, 16000, 4, 30),
  NVME("nvme", VirtualNVMEController.class, 31000, 32000, 4, 15);

  /** A SCSI controller is a target of its own bus. */
  static final int SCSI_CONTROLLER_UNIT = 7;

  private final String prefix;
  private final Class<? extends VirtualController> controller;
  private final int controllerKey;
  private final int deviceKey;
  private final int buses;
  private final int units;

  Bus(
      String prefix,
      Class<? extends VirtualController> controller,
      int controllerKey,
      int deviceKey,
      int buses,
      int units) {
    this.prefix = prefix;
    this.controller = controller;
    this.controllerKey = controllerKey;
    this.deviceKey = deviceKey;
    this.buses = buses;
    this.units = units;
  }

  /** The bus that a controller makes, if it is one for disks. */
  static Optional<Bus> of(VirtualController controller) {
    return Arrays.stream(values()).filter(bus -> bus.controller.isInstance(controller)).findFirst();
  }

  /** The bus that a prefix of .vmx keys means. */
  static Optional<Bus> named(String prefix) {
    return Arrays.stream(values()).filter(bus -> bus.prefix.equals(prefix)).findFirst();
  }

  /** The bus whose controllers have keys like this one. */
  static Optional<Bus> ofControllerKey(int key) {
    return Arrays.stream(values())
        .filter(bus -> key >= bus.controllerKey && key < bus.controllerKey + bus.buses)
        .findFirst();
  }

  /** What the keys of a controller begin with in a .vmx, e.g. {@code scsi0}. */
  String name(int number) {
    return prefix + number;
  }

  int controllerKey(int number) {
    return controllerKey + number;
  }

  /** The bus number of a controller with this key. */
  int numberOf(int key) {
    return key - controllerKey;
  }

  int deviceKey(int number, int unit) {
    return deviceKey + number * units + unit;
  }

  /** How many controllers of the kind a machine can have. */
  int buses() {
    return buses;
  }

  /** How many places a controller has, taken ones included. */
  int units() {
    return units;
  }

  /** True if a device can be put at that unit. */
  boolean takes(int unit) {
    return unit >= 0 && unit < units && !(this == SCSI && unit == SCSI_CONTROLLER_UNIT);
  }

  /** True if devices come and go while the machine runs. */
  boolean hotPlug() {
    return this != IDE;
  }
}
