package dev.vcsnap.lease;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Shows a delta as the disk that it makes with all that is below it, by the name of its descriptor.
 *
 * <p>What a registered machine has open is seen as the machine has it, and a merge that would
 * change a frozen link is refused meanwhile; what nobody has open is locked by its files.
 */
public final class ComposedLinks {

  /** What is done with a disk while it is open. */
  public interface Look {

    /** Reads from the disk, which is open until this returns. */
    void at(BlockDevice disk) throws IOException;
  }

  private final Supplier<? extends Collection<VirtualMachine>> machines;
  private final DiskFactory factory;

  /**
   * @param machines all that are registered
   */
  public ComposedLinks(
      Supplier<? extends Collection<VirtualMachine>> machines, DiskFactory factory) {
    this.machines = machines;
    this.factory = factory;
  }

  /**
   * Looks at the disk that a delta shows.
   *
   * @return false, without a look, if there is no delta with that descriptor
   * @throws BlockError LOCKED while somebody else has it to himself
   */
  public boolean look(StoredFile descriptor, Look look) throws IOException {
    if (!isDelta(descriptor)) {
      return false;
    }
    Path link = descriptor.file();
    Optional<RunningDisk> owner = owner(descriptor.path().folder().path(), link);
    if (owner.isPresent() && owner.get().leaf().equals(link)) {
      look.at(owner.get());
      return true;
    }
    try (BlockDevice frozen =
        owner.isPresent()
            ? owner.get().openFrozen(link, "a reader of '" + descriptor + "'")
            : factory.open(link, OpenMode.READ_ONLY)) {
      look.at(frozen);
    }
    return true;
  }

  private static boolean isDelta(StoredFile descriptor) {
    return descriptor.exists()
        && StoredDisk.find(descriptor).filter(disk -> disk.descriptor().hasParent()).isPresent();
  }

  /** The open disk that a link belongs to; nearly always it is of the machine beside it. */
  private Optional<RunningDisk> owner(String folder, Path link) {
    return Stream.of(true, false)
        .flatMap(beside ->
            machines.get().stream()
                .filter(
                    machine -> beside == machine.files().vmxPath().folder().path().equals(folder)))
        .flatMap(machine -> disk(machine, link).stream())
        .findFirst();
  }

  private static Optional<RunningDisk> disk(VirtualMachine machine, Path link) {
    Map<String, RunningDisk> disks = machine.disks();
    Stream<RunningDisk> running =
        disks.values().stream().filter(disk -> disk.links().contains(link));
    // What a revert left behind is on no running chain; its snapshots name it.
    Stream<RunningDisk> branches =
        machine.snapshots().snapshots().stream()
            .flatMap(snapshot -> snapshot.disks().stream())
            .filter(disk -> machine.files().fileOf(disk.fileName()).equals(link))
            .map(SnapshotDisk::node)
            .flatMap(node -> Stream.ofNullable(disks.get(node)));
    return Stream.concat(running, branches).findFirst();
  }
}
