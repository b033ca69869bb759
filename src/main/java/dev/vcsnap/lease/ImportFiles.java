package dev.vcsnap.lease;

import dev.vcsnap.hardware.ControllerPlace;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.provision.MachineImport;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.util.ArrayList;
import java.util.List;

/** Offers the disks of a machine that is being imported to be filled. */
final class ImportFiles {

  private ImportFiles() {}

  static Offer of(MachineImport imported) {
    VirtualMachine machine = imported.machine();
    return new Offer(
        machine.reference(),
        disks(machine),
        new Offer.Outcome() {
          @Override
          public void kept() {
            imported.keep();
          }

          @Override
          public void undone() {
            imported.undo();
          }
        });
  }

  private static List<ImportedDisk> disks(VirtualMachine machine) {
    List<ImportedDisk> disks = new ArrayList<>();
    List<VirtualDevice> devices =
        machine.object().get("config") instanceof VirtualMachineConfigInfo config
            ? config.hardware.device
            : List.of();
    for (VirtualDevice device : devices) {
      if (device instanceof VirtualDisk disk) {
        String place = ControllerPlace.of(devices, disk).orElseThrow();
        machine.disks().entrySet().stream()
            .filter(open -> VirtualMachine.deviceKeyOf(open.getKey()) == disk.key)
            .findFirst()
            .ifPresent(open ->
                disks.add(
                    new ImportedDisk(
                        new FileAddress(
                            "/" + machine.object().id() + "/" + place,
                            "/" + machine.name() + "/" + place,
                            "disk-" + disks.size() + ".vmdk",
                            machine.placement().datastore().value()),
                        open.getValue(),
                        machine.files().datastore())));
      }
    }
    return disks;
  }
}
