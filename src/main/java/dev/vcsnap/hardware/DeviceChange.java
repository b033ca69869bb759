package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConnectInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One element of a specification's device changes, with what the elements before it did.
 *
 * @param machine what is changed
 * @param spec what the client wants
 * @param index its place in the list, as faults name it
 * @param newKeys the keys that clients gave to devices of this list, to the ones that they got
 * @param disks gathers what is to be done to files
 */
record DeviceChange(
    MachineHardware machine,
    VirtualDeviceConfigSpec spec,
    int index,
    Map<Integer, Integer> newKeys,
    List<DiskChange> disks) {

  VirtualDevice device() {
    return spec.device;
  }

  Vmx vmx() {
    return machine.vmx();
  }

  /** Notes the key that a new device got, for later elements that name it by the client's. */
  void assign(int key) {
    newKeys.put(device().key, key);
  }

  /** The key of the controller that the device is to hang on. */
  int controllerKey() {
    Integer key = device().controllerKey;
    if (key == null) {
      throw DeviceFaults.noController(index);
    }
    return newKeys.getOrDefault(key, key);
  }

  /** The place for a new device: the one that the client names, or the first free one. */
  Place freePlace() {
    int controller = controllerKey();
    Bus bus =
        Bus.ofControllerKey(controller)
            .filter(known -> hasController(known, known.numberOf(controller)))
            .orElseThrow(() -> DeviceFaults.controller(index, controller));
    if (machine.running() && !bus.hotPlug()) {
      throw DeviceFaults.hotPlug(index);
    }
    int number = bus.numberOf(controller);
    Integer unit = device().unitNumber;
    if (unit != null && unit >= 0) {
      var place = new Place(bus, number, unit);
      if (!bus.takes(unit) || isTaken(place)) {
        throw unit("unit " + unit + " of controller " + controller + " is not free");
      }
      return place;
    }
    for (int free = 0; free < bus.units(); free++) {
      var place = new Place(bus, number, free);
      if (bus.takes(free) && !isTaken(place)) {
        return place;
      }
    }
    throw unit("controller " + controller + " has no free unit");
  }

  private VimException unit(String reason) {
    return DeviceFaults.invalid(index, "virtualDeviceSpec.device.unitNumber", reason);
  }

  boolean hasController(Bus bus, int number) {
    return bus == Bus.IDE || vmx().flag(bus.name(number) + ".present");
  }

  private boolean isTaken(Place place) {
    String node = place.node();
    return vmx().get(node + ".present").isPresent()
        ? vmx().flag(node + ".present")
        : vmx().get(node + ".fileName").isPresent();
  }

  /** Refuses a place other than the one that the device has. */
  void requireSamePlace(int controllerKey, int unit) {
    if (device().controllerKey != null
        && device().unitNumber != null
        && (controllerKey() != controllerKey || device().unitNumber != unit)) {
      throw DeviceFaults.invalid(
          index,
          "virtualDeviceSpec.device.unitNumber",
          "a device that is there cannot be moved to another place");
    }
  }

  void requireNoFileOperation() {
    if (spec.fileOperation != null) {
      throw DeviceFaults.operation(index, spec, "no file operation goes with this");
    }
  }

  /** Sets what a device says about its connection; a new one is connected at power on. */
  void connect(String prefix, @Nullable VirtualDeviceConnectInfo connection) {
    if (connection == null) {
      return;
    }
    vmx().putFlag(prefix + ".startConnected", connection.startConnected);
    vmx().putFlag(prefix + ".allowGuestConnectionControl", connection.allowGuestControl);
    if (machine.running()) {
      vmx().putFlag(prefix + ".connected", connection.connected);
    } else {
      vmx().remove(prefix + ".connected");
    }
  }

  /** Takes every key of a device away. */
  void clear(String prefix) {
    vmx().keysStartingWith(prefix + ".").forEach(vmx()::remove);
  }

  /** Sets a text that the client chose; one that the file cannot hold is the client's mistake. */
  void put(String key, String value) {
    try {
      vmx().put(key, value);
    } catch (IllegalArgumentException unfit) {
      throw DeviceFaults.invalid(index, "virtualDeviceSpec.device", String.valueOf(unfit));
    }
  }

  /** The names of images that are not disks. */
  ImageNames images() {
    return new ImageNames(machine.files().datastore());
  }

  VimException notThere() {
    return DeviceFaults.invalid(
        index, "virtualDeviceSpec.device.key", "the machine has no device " + device().key);
  }
}
