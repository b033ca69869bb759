package dev.vcsnap.inventory;

import dev.vcsnap.datastore.FcdCatalog;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.hardware.DeviceChanges;
import dev.vcsnap.hardware.DiskChange;
import dev.vcsnap.hardware.MachineHardware;
import dev.vcsnap.hardware.NewDisks;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes the devices of a machine that exists.
 *
 * <p>New disks are made and opened, and present ones enlarged, before the configuration names them;
 * disks that leave are closed, and destroyed, after it has forgotten them. A crash in between
 * leaves at most files that nothing names.
 */
public final class DeviceReconfiguration {

  private final DeviceChanges changes;
  private final DiskFactory factory;

  public DeviceReconfiguration(DeviceChanges changes, DiskFactory factory) {
    this.changes = changes;
    this.factory = factory;
  }

  /**
   * Applies the changes whole or not at all.
   *
   * @param vmx the configuration, which is edited
   * @param save keeps the configuration
   */
  void apply(
      VirtualMachine machine,
      Vmx vmx,
      @Nullable List<VirtualDeviceConfigSpec> specs,
      Runnable save) {
    List<DiskChange> disks = changes.apply(hardwareOf(machine, vmx), specs);
    try (NewDisks made = NewDisks.make(factory, machine.files(), disks)) {
      Map<String, RunningDisk> opened = made.open();
      refuseTrackedOnes(machine, vmx, opened);
      for (DiskChange change : disks) {
        if (change instanceof DiskChange.Grow grow) {
          machine.disk(grow.node()).grow(grow.sizeBytes());
        }
      }
      save.run();
      made.keep();
      exchange(machine, disks, opened);
    }
  }

  /** Rule C23: a first class disk that is tracked would lose that in a machine that tracks none. */
  private static void refuseTrackedOnes(
      VirtualMachine machine, Vmx vmx, Map<String, RunningDisk> opened) {
    if (VmxKeys.changeTracking(vmx)) {
      return;
    }
    var datastore = machine.files().datastore();
    for (RunningDisk disk : opened.values()) {
      String name = datastore.nameOf(disk.leaf()).path();
      if (disk.tracked()
          && new FcdCatalog(datastore)
              .all().stream().anyMatch(record -> record.path().equals(name))) {
        throw Faults.invalidState(
            "The first class disk \"%s\" is tracked and \"%s\" tracks no changes; switch one of them"
                    .formatted(name, machine.name())
                + " over first.");
      }
    }
  }

  private void exchange(
      VirtualMachine machine, List<DiskChange> changes, Map<String, RunningDisk> opened) {
    for (DiskChange change : changes) {
      switch (change) {
        case DiskChange.Detach detach -> machine.detach(detach.node()).close();
        case DiskChange.Destroy destroy -> {
          RunningDisk disk = machine.detach(destroy.node());
          disk.close();
          DiskFamily.of(disk).links().forEach(factory::delete);
        }
        case DiskChange.Create create -> attach(machine, create.node(), opened);
        case DiskChange.Attach attach -> attach(machine, attach.node(), opened);
        case DiskChange.Grow any -> {}
      }
    }
  }

  private static void attach(VirtualMachine machine, String node, Map<String, RunningDisk> opened) {
    RunningDisk disk = opened.get(node);
    if (disk != null) {
      machine.attach(node, disk);
    }
  }

  private static MachineHardware hardwareOf(VirtualMachine machine, Vmx vmx) {
    Map<String, MachineHardware.Disk> disks = new HashMap<>();
    machine
        .disks()
        .forEach((node, disk) ->
            disks.put(
                node,
                new MachineHardware.Disk(
                    machine.nameOf(disk.leaf()), disk.sizeBytes(), disk.links().size() > 1)));
    Set<String> frozen =
        machine.snapshots().snapshots().stream()
            .flatMap(snapshot -> snapshot.disks().stream())
            .map(disk -> disk.node())
            .collect(Collectors.toSet());
    boolean running = machine.power() != VirtualMachinePowerState.poweredOff;
    return new MachineHardware(machine.files(), vmx, running, disks, frozen);
  }
}
