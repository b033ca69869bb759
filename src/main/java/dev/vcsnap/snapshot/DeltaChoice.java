package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.inventory.VirtualMachine;

/**
 * Which kind of delta a disk gets next: that of its chain, since the kinds never mix in one (rule
 * F1), else what the datastore's volume takes.
 */
public final class DeltaChoice {

  private DeltaChoice() {}

  /** The kind above the link that a disk writes now. */
  static DeltaKind above(VirtualMachine machine, RunningDisk disk) {
    return above(machine, disk.descriptorOf(disk.leaf()));
  }

  /** The kind above any link of a machine; rule F6 if there is none. */
  public static DeltaKind above(VirtualMachine machine, Descriptor parent) {
    FileSystemType volume = machine.files().datastore().type();
    return FileSystemType.deltaKindOf(parent)
        .or(() -> volume.deltaFor(parent.sectors() * 512))
        .orElseThrow(() -> SnapshotFaults.noDeltaFormat(machine.placement().datastore()));
  }
}
