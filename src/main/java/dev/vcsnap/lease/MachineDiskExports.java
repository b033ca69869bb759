package dev.vcsnap.lease;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import java.util.ArrayList;
import java.util.List;

/**
 * Offers every machine's disks by name: {@code <machine>/<node>} is the running disk, as a guest
 * would write it; {@code <machine>/<node>@<snapshot id>} is the disk that a snapshot froze,
 * read-only, and {@code ;since=<moment>} behind it asks for the changes since then.
 *
 * <p>A running disk can be written unless its machine is being exported, or the settings want a
 * client to say {@code ;rw}; one that says {@code ;ro} cannot write in any case.
 */
public final class MachineDiskExports implements DiskExports {

  private final VirtualMachines machines;
  private final FrozenDisks frozen;
  private final DiskWrites writes;

  /**
   * Makes the exports.
   *
   * @param frozen opens the disks of snapshots
   * @param writes who may write to running disks
   */
  public MachineDiskExports(VirtualMachines machines, FrozenDisks frozen, DiskWrites writes) {
    this.machines = machines;
    this.frozen = frozen;
    this.writes = writes;
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (VirtualMachine machine : machines.all()) {
      for (String node : machine.disks().keySet()) {
        names.add(machine.name() + "/" + node);
      }
      for (SnapshotEntry snapshot : machine.snapshots().snapshots()) {
        for (SnapshotDisk disk : snapshot.disks()) {
          names.add(machine.name() + "/" + disk.node() + "@" + machine.snapshotId(snapshot.uid()));
        }
      }
    }
    return names;
  }

  @Override
  public DiskExport open(String name) {
    ExportName wanted = ExportName.parse(name).orElseThrow(() -> unknown(name));
    VirtualMachine machine = machines.named(wanted.machine()).orElseThrow(() -> unknown(name));
    if (wanted.snapshot().isPresent()) {
      return openFrozen(name, wanted, wanted.snapshot().get(), machine);
    }
    RunningDisk running = machine.disks().get(wanted.node());
    if (running == null) {
      throw unknown(name);
    }
    return openRunning(name, wanted, running);
  }

  private DiskExport openRunning(String name, ExportName wanted, RunningDisk running) {
    if (wanted.since().isPresent()) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "'%s': changes are told up to a snapshot, not up to a disk that is written"
              .formatted(name));
    }
    boolean still = running.isHeldStill();
    if (still && wanted.asksToWrite()) {
      throw new BlockError(
          BlockError.Kind.LOCKED,
          "'%s' cannot be written while its machine is exported".formatted(name));
    }
    if (wanted.asksToWrite() && writes == DiskWrites.NEVER) {
      throw new BlockError(
          BlockError.Kind.READ_ONLY, "'%s': running disks are not written here".formatted(name));
    }
    boolean write =
        wanted.asksToWrite() || (writes == DiskWrites.ALWAYS && wanted.access().isEmpty());
    return new RunningExport(name, running, still || !write);
  }

  private DiskExport openFrozen(
      String name, ExportName wanted, String snapshotId, VirtualMachine machine) {
    if (wanted.asksToWrite()) {
      throw new BlockError(
          BlockError.Kind.READ_ONLY, "'%s': a snapshot cannot be written".formatted(name));
    }
    BlockDevice view =
        frozen
            .find(machine, wanted.node(), snapshotId, "a client of the export '" + name + "'")
            .orElseThrow(() -> unknown(name));
    var export = new FrozenExport(name, wanted, machine, frozen, view);
    if (wanted.since().filter(since -> export.changesSince(since).isEmpty()).isPresent()) {
      export.close();
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "'%s': the changes since '%s' cannot be told".formatted(name, wanted.since().get()));
    }
    return export;
  }

  private static BlockError unknown(String name) {
    return new BlockError(
        BlockError.Kind.NOT_FOUND,
        "No disk is exported as '%s'; names are %s".formatted(name, ExportName.FORM));
  }

  /** A running disk, which stays open when its export is closed. */
  private record RunningExport(String name, RunningDisk device, boolean readOnly)
      implements DiskExport {

    @Override
    public void close() {}
  }
}
