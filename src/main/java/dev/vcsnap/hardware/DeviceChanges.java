package dev.vcsnap.hardware;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies the device changes of a specification to a configuration, and says what is to be done to
 * disks for it.
 *
 * <p>Nothing outside of the configuration is touched: whoever calls makes the files first (see
 * {@link NewDisks}), then keeps the configuration, then lets go what left the machine. A change
 * that cannot be is refused with a fault that carries its place in the list.
 */
public final class DeviceChanges {

  /** As many as a client may send at once. */
  private static final int CHANGES_MAX = 1_000;

  private final List<DeviceKind> kinds;

  /**
   * @param networks that adapters can be put on
   */
  public DeviceChanges(Networks networks) {
    this.kinds =
        List.of(
            new DiskKind(),
            new ControllerKind(),
            new NetworkCardKind(networks),
            new CdromKind(),
            new FloppyKind(),
            new SerialPortKind(),
            new FixedKind());
  }

  /**
   * Edits {@code machine.vmx()}.
   *
   * @return what is to be done to disks, in the order of the list
   * @throws dev.vcsnap.vim.VimException for the first change that cannot be
   */
  public List<DiskChange> apply(
      MachineHardware machine, @Nullable List<VirtualDeviceConfigSpec> changes) {
    if (changes == null) {
      return List.of();
    }
    if (changes.size() > CHANGES_MAX) {
      throw Faults.invalidArgument("spec.deviceChange");
    }
    List<DiskChange> disks = new ArrayList<>();
    Map<Integer, Integer> newKeys = new HashMap<>();
    for (int i = 0; i < changes.size(); i++) {
      apply(new DeviceChange(machine, changes.get(i), i, newKeys, disks));
    }
    return List.copyOf(disks);
  }

  private void apply(DeviceChange change) {
    VirtualDeviceConfigSpec spec = change.spec();
    String place = "spec.deviceChange[" + change.index() + "].";
    if (spec.operation == null) {
      throw Faults.invalidArgument(place + "operation");
    }
    if (spec.device == null) {
      throw Faults.invalidArgument(place + "device");
    }
    DeviceKind kind = kindOf(spec.device, change.index());
    switch (spec.operation) {
      case add -> kind.add(change);
      case edit -> kind.edit(change);
      case remove -> kind.remove(change);
    }
  }

  private DeviceKind kindOf(VirtualDevice device, int index) {
    return kinds.stream()
        .filter(kind -> kind.covers(device))
        .findFirst()
        .orElseThrow(() ->
            Faults.notSupported(
                "spec.deviceChange[" + index + "] with a " + device.getClass().getSimpleName()));
  }
}
