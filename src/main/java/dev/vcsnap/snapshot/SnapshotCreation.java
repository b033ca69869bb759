package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.DiskFamily;
import dev.vcsnap.inventory.Suspension;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.Quiescing;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots: prepares the new links beside the running guest, then stuns its disks only for
 * drain, flush and switch.
 *
 * <p>Order of the files: new links, state file, snapshot list, then the configuration, whose
 * replacement names the new links and is the moment from which the snapshot exists. What comes
 * before it needs no order among itself, because a start undoes any part of it, and so one sync of
 * the folder makes all of it durable. Before it everything can be undone; it happens while the
 * disks are stunned, so that no write reaches a new link that the configuration does not name yet.
 */
public final class SnapshotCreation {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotCreation.class);

  /** The first version of the virtual hardware whose memory is a file of its own. */
  private static final int OWN_MEMORY_FILE_VERSION = 11;

  private final Clock clock;
  private final SnapshotMetrics metrics;
  private final int levelsMax;

  /**
   * Makes the operation.
   *
   * @param levelsMax the deepest snapshot tree that is allowed; rule A11 has 32
   */
  public SnapshotCreation(Clock clock, SnapshotMetrics metrics, int levelsMax) {
    this.clock = clock;
    this.levelsMax = levelsMax;
    this.metrics = metrics;
  }

  /** Takes a snapshot with the guest frozen around the switch, if that is wanted. */
  int create(
      VirtualMachine machine,
      SnapshotRequest request,
      Quiescing guest,
      TaskBody.Progress progress) {
    Vmx vmx = machine.vmx();
    Map<String, RunningDisk> disks = snapshotDisks(machine, vmx);
    check(machine, vmx, request, disks.size());
    Vmsd before = machine.snapshots();
    SnapshotEntry entry = entry(machine, request, before, disks);
    progress.percent(10);
    ChangeTracking.apply(machine);

    Map<String, PreparedFork> forks = new LinkedHashMap<>();
    Vmx after = vmx.copy();
    boolean committed = false;
    try {
      for (var disk : disks.entrySet()) {
        Path link = nextLink(disk.getValue());
        forks.put(
            disk.getKey(),
            disk.getValue().prepareFork(link, DeltaChoice.above(machine, disk.getValue())));
        after.putDisk(disk.getKey(), machine.fileNameOf(link));
      }
      Vmsn state = state(machine, vmx, request, guest.isWanted());
      writeState(machine, entry, state);
      progress.percent(50);
      guest.freeze();
      committed = stunned(machine, forks, before, entry, after);
      machine.note(entry.uid(), state);
      guest.thaw();
    } finally {
      if (!committed) {
        undo(machine, vmx, before, entry, forks);
      }
    }
    progress.percent(90);
    disks.values().forEach(RunningDisk::flush);
    return entry.uid();
  }

  private boolean stunned(
      VirtualMachine machine,
      Map<String, PreparedFork> forks,
      Vmsd before,
      SnapshotEntry entry,
      Vmx after) {
    machine.put(before.withAdded(entry).withCurrent(entry.uid()));
    syncNames(machine, forks.values());
    long start = clock.nanoTime();
    forks.values().forEach(PreparedFork::closeGate);
    machine.save(after, clock.now());
    forks.values().forEach(PreparedFork::commit);
    forks.values().forEach(PreparedFork::openGate);
    metrics.stunned(SnapshotMetrics.Switch.CREATE, Duration.ofNanos(clock.nanoTime() - start));
    return true;
  }

  /** A disk in a folder of its own sees to that itself. */
  private static void syncNames(VirtualMachine machine, Collection<PreparedFork> forks) {
    Path folder = machine.files().folder();
    machine.files().syncNames();
    forks.stream()
        .filter(fork -> folder.equals(fork.leaf().getParent()))
        .forEach(PreparedFork::noteNamed);
  }

  private void undo(
      VirtualMachine machine,
      Vmx vmx,
      Vmsd before,
      SnapshotEntry entry,
      Map<String, PreparedFork> forks) {
    Vmx left = vmx.copy();
    forks.forEach((node, fork) -> {
      if (fork.isCommitted()) {
        left.putDisk(node, machine.fileNameOf(fork.leaf()));
      }
    });
    try {
      // The configuration first: the guest must not write what it does not name.
      restore(machine, left, before);
    } finally {
      try {
        releaseAll(new ArrayDeque<>(forks.values()));
      } finally {
        machine.files().deleteFile(entry.vmsnFileName());
        machine.files().deleteFile(DiskNames.vmem(machine.files().baseName(), entry.uid()));
      }
    }
    // If room was missing, the links that are gone have made some.
    var _ = machine.saveUnsaved();
  }

  private static void restore(VirtualMachine machine, Vmx vmx, Vmsd snapshots) {
    try {
      machine.restore(vmx, snapshots);
    } catch (BlockError unwritten) {
      LOG.warn(
          "{} goes back to what it was, but its files wait to be written: {}",
          machine.name(),
          unwritten.getMessage());
    }
  }

  /** Lets the guest go on, whatever failed; a disk that had switched stays on its new link. */
  private static void releaseAll(Deque<PreparedFork> forks) {
    while (!forks.isEmpty()) {
      PreparedFork fork = forks.removeFirst();
      try {
        if (fork.isCommitted()) {
          fork.openGate();
        } else {
          fork.abandon();
        }
      } finally {
        releaseAll(forks);
      }
    }
  }

  private void check(
      VirtualMachine machine, Vmx vmx, SnapshotRequest request, int snapshotDiskCount) {
    if (vmx.flag("snapshot.disabled")) {
      throw SnapshotFaults.disabled();
    }
    if (vmx.flag("snapshot.locked")) {
      throw SnapshotFaults.locked();
    }
    Vmsd snapshots = machine.snapshots();
    // Rule A12: a value that is no number limits nothing.
    vmx.get("snapshot.maxSnapshots")
        .map(String::strip)
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(Integer::valueOf)
        .ifPresent(most -> {
          if (snapshots.snapshots().size() >= most) {
            throw SnapshotFaults.tooMany();
          }
        });
    if (depthOf(snapshots, snapshots.currentUid()) >= levelsMax) {
      throw SnapshotFaults.tooManyLevels();
    }
    if (request.memory()
        && machine.power() != VirtualMachinePowerState.poweredOff
        && snapshotDiskCount < machine.disks().size()) {
      throw SnapshotFaults.independentDisk();
    }
    refuseUnchanged(machine, request);
    refuseSharedDevices(machine, vmx);
  }

  /** Rule A24: machines of version 11 and later keep the memory in a file of its own. */
  private static void writeState(VirtualMachine machine, SnapshotEntry entry, Vmsn state) {
    VmDirectory files = machine.files();
    files.putVmsn(entry.vmsnFileName(), state);
    if (state.memory() && machine.hardwareVersion() >= OWN_MEMORY_FILE_VERSION) {
      files.writeMemory(DiskNames.vmem(files.baseName(), entry.uid()), machine.memoryBytes());
    } else if (state.memory()) {
      files.appendMemory(entry.vmsnFileName(), machine.memoryBytes());
    }
  }

  /**
   * Rule A14: the current snapshot was taken in the same suspension, and has all that this one
   * would have.
   */
  private static void refuseUnchanged(VirtualMachine machine, SnapshotRequest request) {
    int current = machine.snapshots().currentUid();
    Optional<String> suspension = Suspension.idOf(machine);
    if (current == 0 || suspension.isEmpty()) {
      return;
    }
    Vmsn state = machine.state(current);
    if (suspension.get().equals(state.details().get(Suspension.DETAIL))
        && (state.memory() || !request.memory())) {
      throw SnapshotFaults.noChange();
    }
  }

  /** Rule A16, as far as a machine can have such devices here. */
  private static void refuseSharedDevices(VirtualMachine machine, Vmx vmx) {
    Set<String> frozen = snapshotDisks(machine, vmx).keySet();
    for (String node : machine.disks().keySet()) {
      String controller = node.substring(0, node.indexOf(':'));
      if (!vmx.get(controller + ".sharedBus").orElse("none").equals("none")) {
        throw SnapshotFaults.sharedBus(controller);
      }
      if (frozen.contains(node) && vmx.get(node + ".sharing").orElse("").equals("multi-writer")) {
        throw SnapshotFaults.multiWriter(node);
      }
    }
  }

  private static int depthOf(Vmsd snapshots, int uid) {
    int depth = 0;
    for (int at = uid; at != 0; at = snapshots.find(at).orElseThrow().parent()) {
      depth++;
    }
    return depth;
  }

  /**
   * The disks that take part: an independent one gets no delta and no revert touches it (rule A15),
   * nor does one that loses its writes anyway (assumed).
   */
  static Map<String, RunningDisk> snapshotDisks(VirtualMachine machine, Vmx vmx) {
    Map<String, RunningDisk> disks = new LinkedHashMap<>(machine.disks());
    disks
        .keySet()
        .removeIf(node ->
            NonpersistentDisks.isNonpersistent(vmx, node)
                || VirtualMachine.isIndependent(vmx, node));
    return disks;
  }

  /**
   * The name of a disk's next delta; files that lie in its way are not touched (rules A19, B15).
   */
  static Path nextLink(RunningDisk disk) {
    return nextLink(DiskFamily.of(disk));
  }

  /** As {@link #nextLink(RunningDisk)}, of a disk that need not be open. */
  static Path nextLink(DiskFamily family) {
    DiskNames names = family.names();
    String base = family.baseName();
    names
        .leftoverInTheWay(base)
        .ifPresent(leftover -> {
          throw SnapshotFaults.leftover(leftover);
        });
    return family.fileOf(names.nextDelta(base));
  }

  private SnapshotEntry entry(
      VirtualMachine machine,
      SnapshotRequest request,
      Vmsd before,
      Map<String, RunningDisk> disks) {
    int uid = before.nextUid();
    List<SnapshotDisk> frozen = new ArrayList<>();
    disks.forEach(
        (node, disk) -> frozen.add(new SnapshotDisk(node, machine.fileNameOf(disk.leaf()))));
    return new SnapshotEntry(
        uid,
        before.currentUid(),
        request.name(),
        request.description(),
        clock.now(),
        DiskNames.vmsn(machine.files().baseName(), uid),
        frozen,
        0);
  }

  /**
   * The state file: the configuration as it is, and the power state that a revert brings back. A
   * disk-only snapshot brings back a machine that is off (rule A5).
   */
  private static Vmsn state(
      VirtualMachine machine, Vmx vmx, SnapshotRequest request, boolean quiescing) {
    boolean memory = request.memory() && machine.power() != VirtualMachinePowerState.poweredOff;
    VirtualMachinePowerState power = memory ? machine.power() : VirtualMachinePowerState.poweredOff;
    Map<String, String> details = new HashMap<>();
    Suspension.idOf(machine).ifPresent(id -> details.put(Suspension.DETAIL, id));
    if (quiescing) {
      QuiescedState.markUnfinished(details);
    }
    return new Vmsn(vmx.text(), power.name(), false, memory, details);
  }
}
