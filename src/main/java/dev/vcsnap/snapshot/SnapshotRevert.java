package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reverts a machine: its configuration becomes the snapshot's, and it goes on writing into new,
 * empty links on top of the snapshot's disks; what it had written since is dropped (rule B2).
 *
 * <p>Order of the files: new links, then the configuration, which is the moment of the revert, then
 * the snapshot list's current mark, which a start can derive from the chain, then the power state,
 * then the old links go.
 */
final class SnapshotRevert {

  private final ChainAccess chains;
  private final PowerService power;

  SnapshotRevert(ChainAccess chains, PowerService power) {
    this.chains = chains;
    this.power = power;
  }

  void revert(
      VirtualMachine machine, int uid, boolean suppressPowerOn, TaskBody.Progress progress) {
    SnapshotEntry snapshot = machine.snapshots().find(uid).orElseThrow();
    Vmsn state = machine.state(uid);
    Vmx vmx = Vmx.parse(state.vmx());
    keepIndependentDisks(machine, snapshot, vmx);
    Map<String, Path> links = new LinkedHashMap<>();
    boolean committed = false;
    try {
      for (SnapshotDisk disk : snapshot.disks()) {
        Path link = SnapshotCreation.nextLink(machine.disk(disk.node()));
        Path frozen = machine.files().fileOf(disk.fileName());
        DeltaKind kind = DeltaChoice.above(machine, chains.factory().descriptorOf(frozen));
        chains.factory().createDelta(link, frozen, kind);
        links.put(disk.node(), link);
        vmx.putDisk(disk.node(), machine.fileNameOf(link));
      }
      List<RunningDisk> stopped = new ArrayList<>();
      boolean switched = false;
      long start = chains.clock().nanoTime();
      try {
        for (RunningDisk disk : machine.disks().values()) {
          disk.closeGate();
          stopped.add(disk);
        }
        machine.save(vmx, chains.clock().now());
        committed = true;
        links.forEach((node, link) -> machine.disk(node).switchTo(link));
        switched = true;
      } finally {
        try {
          if (committed && !switched) {
            nameWhatRuns(machine);
          }
        } finally {
          stopped.forEach(RunningDisk::openGate);
          Duration stun = Duration.ofNanos(chains.clock().nanoTime() - start);
          chains.metrics().stunned(SnapshotMetrics.Switch.REVERT, stun);
        }
      }
    } finally {
      if (!committed) {
        links.values().forEach(chains.factory()::delete);
      }
    }
    ChangeTracking.apply(machine);
    machine.save(machine.snapshots().withCurrent(uid));
    power.put(machine, powerAfter(state, suppressPowerOn));
    var consolidation = new Consolidation(machine, chains);
    links.keySet().forEach(node -> consolidation.deleteUnneeded(node, progress));
  }

  /** Some disks could not switch: the configuration must name what each goes on writing. */
  private void nameWhatRuns(VirtualMachine machine) {
    Vmx left = machine.vmx();
    machine.disks().forEach((node, disk) -> left.putDisk(node, machine.fileNameOf(disk.leaf())));
    machine.restore(left, machine.snapshots());
  }

  private static void keepIndependentDisks(
      VirtualMachine machine, SnapshotEntry snapshot, Vmx vmx) {
    machine
        .disks()
        .forEach((node, disk) -> {
          if (snapshot.disks().stream().noneMatch(frozen -> frozen.node().equals(node))) {
            vmx.putDisk(node, machine.fileNameOf(disk.leaf()));
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
}
