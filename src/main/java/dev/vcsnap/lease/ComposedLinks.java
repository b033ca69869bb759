package dev.vcsnap.lease;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.Layered;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /** How often a link is looked for anew when a merge gave its place to another one meanwhile. */
  private static final int ATTEMPTS = 3;

  private final Function<DatastorePath, Optional<VirtualMachine>> machineAt;
  private final Supplier<? extends Collection<VirtualMachine>> machines;
  private final DiskFactory factory;

  /**
   * @param machineAt the registered machine with that configuration
   * @param machines all that are registered
   */
  public ComposedLinks(
      Function<DatastorePath, Optional<VirtualMachine>> machineAt,
      Supplier<? extends Collection<VirtualMachine>> machines,
      DiskFactory factory) {
    this.machineAt = machineAt;
    this.machines = machines;
    this.factory = factory;
  }

  /**
   * Looks at the disk that a delta shows. Whoever may read a datastore sees no bytes of another one
   * so, wherever a descriptor points.
   *
   * @return false, without a look, if there is no delta with that descriptor
   * @throws BlockError LOCKED while somebody else has it to himself, NOT_FOUND if something of it
   *     is missing or in another datastore
   */
  public boolean look(StoredFile descriptor, Look look) throws IOException {
    for (int attempt = 1; isDelta(descriptor); attempt++) {
      Optional<RunningDisk> owner = owner(descriptor);
      if (owner.isPresent() && owner.get().leaf().equals(descriptor.file())) {
        requireInside(descriptor, owner.get());
        look.at(owner.get());
        return true;
      }
      try (BlockDevice frozen = openOrNull(descriptor, owner, attempt < ATTEMPTS)) {
        if (frozen != null) {
          requireInside(descriptor, frozen);
          look.at(frozen);
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isDelta(StoredFile descriptor) {
    return descriptor.exists()
        && StoredDisk.find(descriptor).filter(disk -> disk.descriptor().hasParent()).isPresent();
  }

  /** Null if it is to be looked for again. */
  private @Nullable BlockDevice openOrNull(
      StoredFile descriptor, Optional<RunningDisk> owner, boolean again) {
    Path link = descriptor.file();
    try {
      return owner.isPresent()
          ? owner.get().openFrozen(link, "a reader of '" + descriptor + "'")
          : factory.open(link, OpenMode.READ_ONLY);
    } catch (BlockError e) {
      // It became the running leaf, or it or one below it was merged, since we looked.
      if (again && (e.kind() == Kind.UNSUPPORTED || e.kind() == Kind.NOT_FOUND)) {
        return null;
      }
      throw e;
    }
  }

  /** Asks the open disk: what the descriptors say may have changed since. */
  private static void requireInside(StoredFile descriptor, BlockDevice open) {
    if (!(open instanceof Layered chain)
        || chain.links().stream().anyMatch(link -> descriptor.datastore().find(link).isEmpty())) {
      throw new BlockError(
          Kind.NOT_FOUND, "'%s' is built on a disk of another datastore".formatted(descriptor));
    }
  }

  /** The open disk that a link belongs to; nearly always it is of a machine beside it. */
  private Optional<RunningDisk> owner(StoredFile descriptor) {
    Path link = descriptor.file();
    return Stream.<Supplier<Stream<VirtualMachine>>>of(
            () -> machinesBeside(descriptor), () -> machines.get().stream())
        .flatMap(Supplier::get)
        .flatMap(machine -> disk(machine, link).stream())
        .findFirst();
  }

  private Stream<VirtualMachine> machinesBeside(StoredFile descriptor) {
    return DiskNames.in(descriptor.folder().file()).existing().stream()
        .filter(VmDirectory::isConfiguration)
        .flatMap(name -> machineAt.apply(descriptor.path().sibling(name)).stream());
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
