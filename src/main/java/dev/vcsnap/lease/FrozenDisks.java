package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.Layered;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.inventory.DiskFamily;
import dev.vcsnap.inventory.VirtualMachine;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Opens the disks that snapshots froze, also those that their machine lacks by now. */
public final class FrozenDisks {

  private final DiskFactory factory;

  /**
   * @param factory opens what no disk of the machine has open
   */
  public FrozenDisks(DiskFactory factory) {
    this.factory = factory;
  }

  /**
   * Opens a snapshot's disk; closing it gives it free for merges.
   *
   * @param holder who looks at it, for the sentence of a refused merge
   * @return empty if there is no such snapshot of the machine, or it has no disk there
   */
  public Optional<BlockDevice> find(
      VirtualMachine machine, String node, String snapshotId, String holder) {
    return at(
        machine,
        node,
        snapshotId,
        link -> {
          Optional<RunningDisk> running = running(machine, node, link);
          return running.isPresent()
              ? running.get().openFrozen(link, holder)
              : factory.open(link, OpenMode.READ_ONLY);
        });
  }

  /** The base that a disk which was found here is built on. */
  Descriptor baseOf(BlockDevice disk) {
    if (disk instanceof Layered chain) {
      return factory.descriptorOf(chain.links().getFirst());
    }
    throw new IllegalArgumentException(disk + " was not found here");
  }

  /**
   * Uses the file of a snapshot's disk, under whatever name it has by then.
   *
   * @return empty if there is no such snapshot of the machine, or it has no disk there
   */
  <T> Optional<T> look(
      VirtualMachine machine,
      String node,
      String snapshotId,
      BiFunction<RunningDisk, Path, T> use) {
    return at(
        machine,
        node,
        snapshotId,
        link -> {
          Optional<RunningDisk> running = running(machine, node, link);
          if (running.isPresent()) {
            return use.apply(running.get(), link);
          }
          try (RunningDisk alone = factory.open(link, OpenMode.READ_ONLY)) {
            return use.apply(alone, link);
          }
        });
  }

  /** The machine's disk that has the link open or knows its branch; another may be there by now. */
  private static Optional<RunningDisk> running(VirtualMachine machine, String node, Path link) {
    return Optional.ofNullable(machine.disks().get(node))
        .filter(disk -> disk.find(link).isPresent() || DiskFamily.of(disk).has(link));
  }

  private static <T> Optional<T> at(
      VirtualMachine machine, String node, String snapshotId, Function<Path, T> use) {
    Optional<Path> link = link(machine, node, snapshotId);
    while (link.isPresent()) {
      try {
        return Optional.of(use.apply(link.get()));
      } catch (BlockError e) {
        // A merge may have given the snapshot's place to another file since we asked for its name.
        Optional<Path> now = link(machine, node, snapshotId);
        if (link.equals(now)) {
          throw e;
        }
        link = now;
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
