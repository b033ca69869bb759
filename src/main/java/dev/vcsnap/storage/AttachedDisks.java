package dev.vcsnap.storage;

import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The disks of machines that are off: a host has let go of them, so that they can be enlarged by
 * their names as other disks can (OpenStack's volumes are such disks). Here the machine still has
 * them open, and it does the work.
 */
public final class AttachedDisks {

  private final Supplier<? extends Collection<VirtualMachine>> machines;
  private final ReconfigureService reconfigure;

  /**
   * @param machines all that are registered
   */
  public AttachedDisks(
      Supplier<? extends Collection<VirtualMachine>> machines, ReconfigureService reconfigure) {
    this.machines = machines;
    this.reconfigure = reconfigure;
  }

  /** The machine that is off and has the disk, if there is one. */
  public Optional<VirtualMachine> ownerOf(StoredFile file) {
    return machines.get().stream()
        .filter(machine ->
            machine.power() == VirtualMachinePowerState.poweredOff
                && diskOf(machine, file).isPresent())
        .findFirst();
  }

  /** Makes the disk larger. The caller has the machine to itself. */
  public void extend(VirtualMachine machine, StoredFile file, long capacityBytes) {
    VirtualDisk larger = DataObject.copyOf(diskOf(machine, file).orElseThrow());
    larger.capacityInBytes = capacityBytes;
    larger.capacityInKB = capacityBytes / 1024;
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.edit;
    change.device = larger;
    var spec = new VirtualMachineConfigSpec();
    spec.deviceChange = List.of(change);
    reconfigure.reconfigure(machine, spec);
  }

  private static Optional<VirtualDisk> diskOf(VirtualMachine machine, StoredFile file) {
    return machine.object().get("config") instanceof VirtualMachineConfigInfo config
        ? config.hardware.device.stream()
            .filter(device -> isBackedBy(device, file.toString()))
            .map(VirtualDisk.class::cast)
            .findFirst()
        : Optional.empty();
  }

  private static boolean isBackedBy(VirtualDevice device, String file) {
    return device instanceof VirtualDisk disk
        && disk.backing instanceof VirtualDiskFlatVer2BackingInfo backing
        && file.equals(backing.fileName);
  }
}
