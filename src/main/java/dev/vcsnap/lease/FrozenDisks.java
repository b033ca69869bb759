package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;

/** Opens the disks that snapshots froze. */
public final class FrozenDisks {

  private FrozenDisks() {}

  /**
   * Opens a snapshot's disk; closing it gives it free for merges.
   *
   * @param holder who looks at it, for the sentence of a refused merge
   * @return empty if the machine has no disk there, or no such snapshot of it
   */
  public static Optional<BlockDevice> find(
      VirtualMachine machine, String node, String snapshotId, String holder) {
    return look(machine, node, snapshotId, (disk, link) -> disk.openFrozen(link, holder));
  }

  /**
   * Uses the file of a snapshot's disk, under whatever name it has by then.
   *
   * @return empty if the machine has no disk there, or no such snapshot of it
   */
  static <T> Optional<T> look(
      VirtualMachine machine,
      String node,
      String snapshotId,
      BiFunction<RunningDisk, Path, T> use) {
    RunningDisk running = machine.disks().get(node);
    while (running != null) {
      Optional<Path> link = link(machine, node, snapshotId);
      if (link.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(use.apply(running, link.get()));
      } catch (BlockError e) {
        // A merge may have given the snapshot's place to another file since we asked for its name.
        if (link.equals(link(machine, node, snapshotId))) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> link(VirtualMachine machine, String node, String snapshotId) {
    return machine.snapshots().snapshots().stream()
        .filter(snapshot -> machine.snapshotId(snapshot.uid()).equals(snapshotId))
        .flatMap(snapshot -> snapshot.disks().stream())
        .filter(disk -> disk.node().equals(node))
        .findFirst()
        .map(disk -> machine.files().fileOf(disk.fileName()));
  }
}
