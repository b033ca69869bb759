package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.EntityName;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VmPublisher;
import dev.vcsnap.quiesce.Quiescer;
import dev.vcsnap.quiesce.Quiescing;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations on a machine's snapshots. The caller (a task) has the machine to itself.
 *
 * <p>Each operation changes the files in an order in which every prefix is a state that {@link
 * Recovery} finishes or undoes, and publishes once, at its end.
 */
public final class SnapshotService {

  /** What a snapshot is called that is taken at power off; assumed. */
  private static final String POWER_OFF_NAME = "Power off";

  private final ChainAccess chains;
  private final VmPublisher publisher;
  private final SnapshotCreation creation;
  private final Quiescer quiescer;
  private final PowerService power;
  private final SnapshotRevert revert;

  public SnapshotService(
      ChainAccess chains,
      VmPublisher publisher,
      SnapshotCreation creation,
      Quiescer quiescer,
      PowerService power) {
    this.chains = chains;
    this.publisher = publisher;
    this.creation = creation;
    this.quiescer = quiescer;
    this.power = power;
    this.revert = new SnapshotRevert(chains, power);
  }

  /** Refuses a name before a task is made (rules A3, B28). */
  public static void requireName(VirtualMachine machine, String name) {
    EntityName.require(name, machine.reference());
  }

  /** Takes a snapshot; returns its uid. */
  public int create(VirtualMachine machine, SnapshotRequest request, TaskBody.Progress progress) {
    return showing(
        machine,
        () -> {
          try (Quiescing guest = quiescing(machine, request)) {
            return guest.isWanted()
                ? createQuiesced(machine, request, guest, progress)
                : creation.create(machine, request, guest, progress);
          }
        });
  }

  /** An image of the memory needs no consistent guest (rule A8). */
  private Quiescing quiescing(VirtualMachine machine, SnapshotRequest request) {
    return request.memory()
        ? Quiescing.NONE
        : request.quiesce().map(spec -> quiescer.begin(machine, spec)).orElse(Quiescing.NONE);
  }

  /** Keeps what the guest says last; whatever fails, the snapshot is taken back (rule A41). */
  private int createQuiesced(
      VirtualMachine machine,
      SnapshotRequest request,
      Quiescing guest,
      TaskBody.Progress progress) {
    int uid = machine.snapshots().nextUid();
    try {
      creation.create(machine, request, guest, progress);
      QuiescedState.keep(machine, uid, guest.finish());
      return uid;
    } catch (RuntimeException failure) {
      try {
        takeBack(machine, uid, progress);
      } catch (RuntimeException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
  }

  /**
   * Nothing to do for a snapshot that creation has undone itself. One that was made is gone from
   * here on also where the list cannot be written: on a full datastore its files wait for the next
   * operation, and its link for a consolidation.
   */
  private void takeBack(VirtualMachine machine, int uid, TaskBody.Progress progress) {
    Vmsd before = machine.snapshots();
    if (before.find(uid).isPresent()) {
      machine.restore(machine.vmx(), before.withRemoved(uid));
      deleteStates(machine, before);
      new Consolidation(machine, chains).run(progress);
    }
  }

  /** Goes back to a snapshot (rules B2, B3). */
  public void revert(
      VirtualMachine machine, int uid, boolean suppressPowerOn, TaskBody.Progress progress) {
    showing(
        machine,
        () -> {
          revert.revert(machine, uid, suppressPowerOn, progress);
          return uid;
        });
  }

  /** Goes back to the parent of the running point (rule B4). */
  public void revertToCurrent(
      VirtualMachine machine, boolean suppressPowerOn, TaskBody.Progress progress) {
    int current = machine.snapshots().currentUid();
    if (current == 0) {
      throw SnapshotFaults.noSnapshot();
    }
    revert(machine, current, suppressPowerOn, progress);
  }

  /**
   * Removes a snapshot, with its subtree if asked; merges the disks unless told not to (rules B5 to
   * B11).
   */
  public void remove(
      VirtualMachine machine,
      int uid,
      boolean withChildren,
      boolean consolidate,
      TaskBody.Progress progress) {
    requireUnlocked(machine.vmx());
    Vmsd snapshots = machine.snapshots();
    Vmsd left = withChildren ? snapshots.withSubtreeRemoved(uid) : snapshots.withRemoved(uid);
    removeTo(machine, left, consolidate, progress);
  }

  /** Removes every snapshot (rule B9). */
  public void removeAll(VirtualMachine machine, boolean consolidate, TaskBody.Progress progress) {
    requireUnlocked(machine.vmx());
    removeTo(machine, machine.snapshots().withAllRemoved(), consolidate, progress);
  }

  /** Removes the snapshots older than so many days (rule B9); those that stay move up. */
  public void removeOlder(
      VirtualMachine machine, int days, boolean consolidate, TaskBody.Progress progress) {
    requireUnlocked(machine.vmx());
    Instant limit = chains.clock().now().minus(Duration.ofDays(days));
    Vmsd left = machine.snapshots();
    for (SnapshotEntry entry : machine.snapshots().snapshots()) {
      if (entry.createTime().isBefore(limit)) {
        left = left.withRemoved(entry.uid());
      }
    }
    removeTo(machine, left, consolidate, progress);
  }

  /** The room in the machine's datastore that a consolidation takes, in bytes (rule B12). */
  public long estimateConsolidation(VirtualMachine machine) {
    return new Consolidation(machine, chains).bytesNeeded();
  }

  /**
   * Turns a machine off, and does to its snapshots what its flag {@code snapshotPowerOffBehavior}
   * asks for then (rule B27). There is nobody to be prompted: {@code prompt} does nothing.
   */
  public void powerOff(VirtualMachine machine, TaskBody.Progress progress) {
    power.powerOff(machine);
    switch (machine.vmx().get("snapshot.action").orElse("powerOff")) {
      case "revert" -> {
        if (machine.snapshots().currentUid() != 0) {
          revertToCurrent(machine, true, progress);
        }
      }
      case "take" ->
          create(machine, new SnapshotRequest(POWER_OFF_NAME, "", false, false), progress);
      default -> {}
    }
  }

  /** Merges what no snapshot needs any more (rule B12); nothing to do is a success. */
  public void consolidate(VirtualMachine machine, TaskBody.Progress progress) {
    removeTo(machine, machine.snapshots(), true, progress);
  }

  /** Changes name, description or both; at least one must be given (rule B28). */
  public void rename(
      VirtualMachine machine, int uid, @Nullable String name, @Nullable String description) {
    if (name == null && description == null) {
      throw Faults.invalidArgument("name");
    }
    if (name != null) {
      requireName(machine, name);
    }
    SnapshotEntry entry = machine.snapshots().find(uid).orElseThrow();
    machine.save(
        machine
            .snapshots()
            .withReplaced(
                entry.withName(
                    name == null ? entry.displayName() : name,
                    description == null ? entry.description() : description)));
    publisher.publish(machine);
  }

  private void removeTo(
      VirtualMachine machine, Vmsd left, boolean consolidate, TaskBody.Progress progress) {
    showing(
        machine,
        () -> {
          edit(machine, left);
          if (consolidate) {
            ChangeTracking.apply(machine);
            new Consolidation(machine, chains).run(progress);
          }
          return left;
        });
  }

  /**
   * The tree changes first: from here on what was removed can no longer be named, whatever becomes
   * of the merge (rule B11).
   */
  private static void edit(VirtualMachine machine, Vmsd changed) {
    Vmsd before = machine.snapshots();
    if (before.equals(changed)) {
      return;
    }
    machine.save(changed);
    deleteStates(machine, before);
  }

  /** The files of those snapshots of a list that are in it no more. */
  private static void deleteStates(VirtualMachine machine, Vmsd before) {
    Vmsd now = machine.snapshots();
    before.snapshots().stream()
        .filter(entry -> now.find(entry.uid()).isEmpty())
        .forEach(entry -> {
          // Whether that is durable does not matter: a start deletes what no snapshot names.
          machine.files().removeFile(entry.vmsnFileName());
          machine.files().removeFile(DiskNames.vmem(machine.files().baseName(), entry.uid()));
          QuiescedState.deleteManifests(machine, entry.uid());
        });
  }

  /**
   * Runs an operation and shows what the files say afterwards, also when it failed; its own failure
   * is the one that counts.
   */
  private <T> T showing(VirtualMachine machine, Supplier<T> operation) {
    T result;
    try {
      if (machine.saveUnsaved()) {
        Recovery.deleteUnnamedStates(machine);
      }
      result = operation.get();
    } catch (RuntimeException failure) {
      try {
        finish(machine);
      } catch (RuntimeException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
    finish(machine);
    return result;
  }

  private void finish(VirtualMachine machine) {
    try {
      machine.consolidationNeeded(new Consolidation(machine, chains).isNeeded());
    } catch (BlockError unreadable) {
      // What cannot be looked at is not in order; the publication below says why.
      machine.consolidationNeeded(true);
    }
    publisher.publish(machine);
  }

  private static void requireUnlocked(Vmx vmx) {
    if (vmx.flag("snapshot.locked")) {
      throw SnapshotFaults.locked();
    }
  }
}
