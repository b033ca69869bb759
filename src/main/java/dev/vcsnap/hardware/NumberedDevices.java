package dev.vcsnap.hardware;

import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Devices of one kind that a configuration counts, as {@code floppy0} or {@code serial1}: they hang
 * on the machine's own controller, and none is plugged into a machine that runs.
 *
 * @param name in front of the number
 * @param key the device key of the first
 * @param most how many a machine can have
 * @param tooMany what is said of one more
 */
record NumberedDevices(String name, int key, int most, String tooMany) {

  String prefix(int number) {
    return name + number;
  }

  private String present(DeviceChange change) {
    String prefix = prefix(change.device().key - key);
    if (!change.vmx().flag(prefix + ".present")) {
      throw change.notThere();
    }
    return prefix;
  }

  /**
   * Adds a device at the first number that is free.
   *
   * @param put notes what it has, behind its prefix
   */
  void add(DeviceChange change, Consumer<String> put) {
    change.requireNoFileOperation();
    requireOff(change);
    int number =
        IntStream.range(0, most)
            .filter(free -> !change.vmx().flag(prefix(free) + ".present"))
            .findFirst()
            .orElseThrow(
                () -> DeviceFaults.invalid(change.index(), "virtualDeviceSpec.device", tooMany));
    String prefix = prefix(number);
    change.clear(prefix);
    change.vmx().putFlag(prefix + ".present", true);
    put.accept(prefix);
    change.assign(key + number);
  }

  void edit(DeviceChange change, Consumer<String> put) {
    change.requireNoFileOperation();
    put.accept(present(change));
  }

  void remove(DeviceChange change) {
    change.requireNoFileOperation();
    String prefix = present(change);
    requireOff(change);
    change.clear(prefix);
  }

  private static void requireOff(DeviceChange change) {
    if (change.machine().running()) {
      throw DeviceFaults.hotPlug(change.index());
    }
  }
}
