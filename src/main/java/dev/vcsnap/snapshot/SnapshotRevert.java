package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reverts a machine: its configuration becomes the snapshot's, and it goes on writing into new,
 * empty links on top of the snapshot's disks; what it had written since is dropped (rule B2).
 *
 * <p>Order of the files: new links, then the configuration, which is the moment of the revert, then
 * the snapshot list's current mark, which a start can derive from the chain, then the old links go.
 */
final class SnapshotRevert {

  private final ChainAccess chains;

  SnapshotRevert(ChainAccess chains) {
    this.chains = chains;
  }

  void revert(VirtualMachine machine, int uid, boolean suppressPowerOn) {
    SnapshotEntry snapshot = machine.snapshots().find(uid).orElseThrow();
    Vmsn state = machine.state(uid);
    Vmx vmx = Vmx.parse(state.vmx());
    keepIndependentDisks(machine, snapshot, vmx);
    Map<String, Path> links = new LinkedHashMap<>();
    boolean committed = false;
    try {
      for (SnapshotDisk disk : snapshot.disks()) {
        RunningDisk running = machine.disks().get(disk.node());
        if (running == null) {
          throw new IllegalStateException(
              machine.reference() + " no longer has the disk " + disk.node());
        }
        Path link = SnapshotCreation.nextLink(machine, running);
        chains.factory().createDelta(link, machine.files().fileOf(disk.fileName()));
        links.put(disk.node(), link);
        vmx.put(disk.node() + ".fileName", link.getFileName().toString());
      }
      machine.disks().values().forEach(RunningDisk::closeGate);
      try {
        machine.save(vmx, chains.clock().now());
        committed = true;
        links.forEach((node, link) -> disk(machine, node).switchTo(link));
      } finally {
        machine.disks().values().forEach(RunningDisk::openGate);
      }
    } finally {
      if (!committed) {
        links.values().forEach(chains.factory()::delete);
      }
    }
    machine.disks().values().forEach(disk -> ChangeTracking.apply(machine, disk));
    machine.save(machine.snapshots().withCurrent(uid));
    var consolidation = new Consolidation(machine, chains);
    links.keySet().forEach(consolidation::deleteUnneeded);
    machine.power(powerAfter(state, suppressPowerOn), chains.clock().now());
  }

  private static void keepIndependentDisks(
      VirtualMachine machine, SnapshotEntry snapshot, Vmx vmx) {
    machine
        .disks()
        .forEach((node, disk) -> {
          if (snapshot.disks().stream().noneMatch(frozen -> frozen.node().equals(node))) {
            vmx.put(node + ".fileName", disk.leaf().getFileName().toString());
          }
        });
  }

  /** Rule B3; a machine with saved memory that may not be powered on ends suspended. */
  private static VirtualMachinePowerState powerAfter(Vmsn state, boolean suppressPowerOn) {
    var saved = VirtualMachinePowerState.valueOf(state.powerState());
    return saved == VirtualMachinePowerState.poweredOn && suppressPowerOn
        ? VirtualMachinePowerState.suspended
        : saved;
  }

  private static RunningDisk disk(VirtualMachine machine, String node) {
    RunningDisk disk = machine.disks().get(node);
    if (disk == null) {
      throw new IllegalStateException(machine.reference() + " has no disk at " + node);
    }
    return disk;
  }
}
