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
import org.jspecify.annotations.Nullable;

/**
 * Offers every machine's disks by name: {@code <machine>/<node>} is the running disk, writable, as
 * a guest would write it; {@code <machine>/<node>@<snapshot id>} is the disk that a snapshot froze,
 * read-only.
 */
public final class MachineDiskExports implements DiskExports {

  private final VirtualMachines machines;

  public MachineDiskExports(VirtualMachines machines) {
    this.machines = machines;
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
    int slash = name.lastIndexOf('/');
    if (slash < 0) {
      throw unknown(name);
    }
    // A machine's name may hold a slash or an at sign; a node and a snapshot's id hold neither.
    int at = name.indexOf('@', slash);
    VirtualMachine machine =
        machines.named(name.substring(0, slash)).orElseThrow(() -> unknown(name));
    String node = name.substring(slash + 1, at < 0 ? name.length() : at);
    if (at < 0) {
      RunningDisk running = machine.disks().get(node);
      if (running == null) {
        throw unknown(name);
      }
      return new Export(name, running, null);
    }
    BlockDevice view =
        FrozenDisks.find(
                machine, node, name.substring(at + 1), "a client of the export '" + name + "'")
            .orElseThrow(() -> unknown(name));
    return new Export(name, view, view);
  }

  private static BlockError unknown(String name) {
    return new BlockError(
        BlockError.Kind.NOT_FOUND,
        "No disk is exported as '"
            + name
            + "'; names are <machine>/<node> and <machine>/<node>@<snapshot id>");
  }

  /** A running disk stays open when its export is closed; a snapshot's view ends with it. */
  private record Export(String name, BlockDevice device, @Nullable BlockDevice owned)
      implements DiskExport {

    @Override
    public boolean readOnly() {
      return owned != null;
    }

    @Override
    public void close() {
      if (owned != null) {
        owned.close();
      }
    }
  }
}
