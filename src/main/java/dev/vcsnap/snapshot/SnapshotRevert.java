package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.inventory.DiskFamily;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.Suspension;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reverts a machine: its configuration becomes the snapshot's, and it goes on writing into new,
 * empty links on top of the snapshot's disks; what it had written since is dropped (rule B2).
 *
 * <p>A disk that the snapshot left out stays as it is. One that was added since leaves the machine
 * and keeps its files; one that was taken away since comes back.
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
    Suspension.forget(vmx);
    List<RunningDisk> dropped = new ArrayList<>();
    Map<String, Path> links = new LinkedHashMap<>();
    Map<String, RunningDisk> opened = new LinkedHashMap<>();
    boolean committed = false;
    try {
      keepLeftOutDisks(machine, snapshot, vmx, opened);
      for (SnapshotDisk disk : snapshot.disks()) {
        Path link = makeLink(machine, disk);
        links.put(disk.node(), link);
        vmx.putDisk(disk.node(), machine.fileNameOf(link));
        if (!isSameDisk(machine, disk)) {
          opened.put(disk.node(), chains.factory().open(link, OpenMode.READ_WRITE));
        }
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
        links.forEach((node, link) -> {
          if (!opened.containsKey(node)) {
            machine.disk(node).switchTo(link);
          }
        });
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
      exchange(machine, vmx, opened, dropped);
    } finally {
      if (!committed) {
        opened.values().forEach(RunningDisk::close);
        links.values().forEach(chains.factory()::delete);
      }
    }
    finish(machine, uid, state, suppressPowerOn, dropped, links, progress);
  }

  private void finish(
      VirtualMachine machine,
      int uid,
      Vmsn state,
      boolean suppressPowerOn,
      List<RunningDisk> dropped,
      Map<String, Path> links,
      TaskBody.Progress progress) {
    dropped.forEach(disk -> drop(machine, disk));
    ChangeTracking.apply(machine);
    machine.save(machine.snapshots().withCurrent(uid));
    VirtualMachinePowerState after = powerAfter(state, suppressPowerOn);
    Optional<String> suspension = Optional.ofNullable(state.details().get(Suspension.DETAIL));
    if (suspension.isPresent()) {
      power.put(machine, after, suspension.get());
    } else {
      power.put(machine, after);
    }
    Suspension.sweep(machine);
    var consolidation = new Consolidation(machine, chains);
    links.keySet().forEach(node -> consolidation.deleteUnneeded(node, progress));
  }

  /** An empty link above what the snapshot froze. */
  private Path makeLink(VirtualMachine machine, SnapshotDisk disk) {
    Path frozen = machine.files().fileOf(disk.fileName());
    Path link = SnapshotCreation.nextLink(DiskFamily.of(chains.factory().linksOf(frozen)));
    DeltaKind kind = DeltaChoice.above(machine, chains.factory().descriptorOf(frozen));
    chains.factory().createDelta(link, frozen, kind);
    return link;
  }

  /** True if the machine has a disk in the place, and it is the one that the snapshot froze. */
  private boolean isSameDisk(VirtualMachine machine, SnapshotDisk disk) {
    RunningDisk running = machine.disks().get(disk.node());
    Path frozen = machine.files().fileOf(disk.fileName());
    return running != null
        && running.links().getFirst().equals(chains.factory().linksOf(frozen).getFirst());
  }

  /** Some disks could not switch: the configuration must name what each goes on writing. */
  private void nameWhatRuns(VirtualMachine machine) {
    Vmx left = machine.vmx();
    machine.disks().forEach((node, disk) -> left.putDisk(node, machine.fileNameOf(disk.leaf())));
    machine.restore(left, machine.snapshots());
  }

  /** Rule A15: the disks of the snapshot's configuration that it did not freeze. */
  private void keepLeftOutDisks(
      VirtualMachine machine, SnapshotEntry snapshot, Vmx vmx, Map<String, RunningDisk> opened) {
    vmx.disks()
        .forEach((node, fileName) -> {
          if (snapshot.disks().stream().anyMatch(frozen -> frozen.node().equals(node))) {
            return;
          }
          if (machine.disks().containsKey(node)) {
            Vmx present = machine.vmx();
            present.get(node + ".fileName").ifPresent(name -> vmx.putDisk(node, name));
            present
                .get(VirtualMachine.redoKey(node))
                .ifPresentOrElse(
                    redo -> vmx.put(VirtualMachine.redoKey(node), redo),
                    () -> vmx.remove(VirtualMachine.redoKey(node)));
          } else if (machine.files().datastore().exists(machine.files().pathOf(fileName))) {
            opened.put(
                node, chains.factory().open(machine.files().fileOf(fileName), OpenMode.READ_WRITE));
            vmx.remove(VirtualMachine.redoKey(node));
          } else {
            vmx.keysStartingWith(node + ".").forEach(vmx::remove);
          }
        });
  }

  /** The machine gets the disks that its configuration names now, and no others. */
  private static void exchange(
      VirtualMachine machine, Vmx vmx, Map<String, RunningDisk> opened, List<RunningDisk> dropped) {
    for (String node : machine.disks().keySet()) {
      if (opened.containsKey(node) || !vmx.disks().containsKey(node)) {
        dropped.add(machine.detach(node));
      }
    }
    opened.forEach(machine::attach);
  }

  /** A disk that left: what it wrote above a frozen link goes, a file of its own stays. */
  private void drop(VirtualMachine machine, RunningDisk disk) {
    Path leaf = disk.leaf();
    boolean ownLinkOnly = DiskFamily.of(disk).links().size() == 1;
    disk.close();
    boolean named =
        machine.snapshots().snapshots().stream()
            .flatMap(snapshot -> snapshot.disks().stream())
            .anyMatch(frozen -> machine.files().fileOf(frozen.fileName()).equals(leaf));
    if (!named && !ownLinkOnly) {
      chains.factory().delete(leaf);
    }
  }

  /** Rule B3; a machine with saved memory that may not be powered on ends suspended. */
  private static VirtualMachinePowerState powerAfter(Vmsn state, boolean suppressPowerOn) {
    var saved = VirtualMachinePowerState.valueOf(state.powerState());
    return saved == VirtualMachinePowerState.poweredOn && suppressPowerOn
        ? VirtualMachinePowerState.suspended
        : saved;
  }
}
