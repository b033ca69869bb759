package dev.vcsnap.provision;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.snapshot.SnapshotRequest;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A machine at one moment, to be copied from: its configuration and its disks. Closing it gives
 * back what was opened, and merges what was frozen only for the copy.
 */
final class CloneSource implements AutoCloseable {

  private static final String FREEZE_NAME = "clone-temporary";

  private final Vmx vmx;
  private final Map<String, CloneDisk> disks;
  private final Deque<Runnable> endings;

  private CloneSource(Vmx vmx, Map<String, CloneDisk> disks, Deque<Runnable> endings) {
    this.vmx = vmx;
    this.disks = disks;
    this.endings = endings;
  }

  /** The machine as a snapshot froze it. */
  static CloneSource ofSnapshot(VirtualMachine machine, int uid, DiskFactory factory) {
    SnapshotEntry snapshot = machine.snapshots().find(uid).orElseThrow();
    return frozen(machine, snapshot, Vmx.parse(machine.state(uid).vmx()), factory);
  }

  /** A machine that is off, as it is. */
  static CloneSource ofStopped(VirtualMachine machine, DiskFactory factory) {
    Map<String, CloneDisk> disks = new LinkedHashMap<>();
    machine
        .disks()
        .forEach((node, disk) ->
            disks.put(node, new CloneDisk(disk, disk.leaf(), ddb(factory, disk.leaf()))));
    return new CloneSource(machine.vmx(), disks, new ArrayDeque<>());
  }

  /**
   * A machine that runs, at this moment: its disks freeze together under new links, as in a
   * snapshot that nobody can name, and the links are merged when the copy is done. Independent
   * disks cannot freeze and are read while they are written.
   */
  static CloneSource ofRunning(
      VirtualMachine machine, SnapshotService snapshots, DiskFactory factory) {
    Vmx vmx = machine.vmx();
    TaskBody.Progress unwatched = percent -> {};
    int uid =
        snapshots.create(machine, new SnapshotRequest(FREEZE_NAME, "", false, false), unwatched);
    SnapshotEntry snapshot = machine.snapshots().find(uid).orElseThrow();
    boolean opened = false;
    CloneSource source;
    try {
      source = frozen(machine, snapshot, vmx, factory);
      opened = true;
    } finally {
      snapshots.remove(machine, uid, false, !opened, unwatched);
    }
    machine
        .disks()
        .forEach((node, disk) ->
            source.disks.computeIfAbsent(
                node, n -> new CloneDisk(disk, disk.leaf(), ddb(factory, disk.leaf()))));
    source.endings.addLast(() -> snapshots.consolidate(machine, unwatched));
    return source;
  }

  /** Which of the three a clone without a snapshot needs. */
  static boolean mustFreeze(VirtualMachine machine) {
    return machine.power() != VirtualMachinePowerState.poweredOff;
  }

  private static CloneSource frozen(
      VirtualMachine machine, SnapshotEntry snapshot, Vmx vmx, DiskFactory factory) {
    Map<String, CloneDisk> disks = new LinkedHashMap<>();
    var source = new CloneSource(vmx, disks, new ArrayDeque<>());
    boolean complete = false;
    try {
      for (SnapshotDisk disk : snapshot.disks()) {
        Path link = machine.files().fileOf(disk.fileName());
        RunningDisk running = machine.disk(disk.node());
        BlockDevice view = running.openFrozen(link, "a clone of '" + machine.name() + "'");
        source.endings.push(view::close);
        disks.put(disk.node(), new CloneDisk(view, link, ddb(factory, link)));
      }
      complete = true;
      return source;
    } finally {
      if (!complete) {
        source.close();
      }
    }
  }

  private static Map<String, String> ddb(DiskFactory factory, Path link) {
    return factory.descriptorOf(factory.linksOf(link).getFirst()).ddb();
  }

  /** A copy of the configuration. */
  Vmx vmx() {
    return vmx.copy();
  }

  /** The disks by node. */
  Map<String, CloneDisk> disks() {
    return disks;
  }

  @Override
  public void close() {
    while (!endings.isEmpty()) {
      endings.pop().run();
    }
  }
}
