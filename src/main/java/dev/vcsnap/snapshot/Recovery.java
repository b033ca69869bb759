package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.VmFile;
import dev.vcsnap.datastore.VmFileType;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.inventory.DiskFamily;
import dev.vcsnap.inventory.Suspension;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes or undoes what an interrupted operation left in a machine's folder, when the server
 * starts.
 *
 * <p>The configuration decides: a snapshot whose frozen disk is still the running one was never
 * made and is taken out of the list; the current mark is derived from the chain; empty links that
 * nothing is built on, and files without a descriptor, are deleted. A merge that was cut leaves a
 * chain that reads right and shows as {@code consolidationNeeded}. While it is not known what a
 * machine is built on that cannot be opened, no link is merged or deleted unasked.
 */
public final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private static final Pattern COMPANION =
      Pattern.compile("(.+)(-[0-9]{6})-(sesparse|delta|ctk)\\.vmdk");

  private static final Pattern MANIFEST =
      Pattern.compile("(.+)-(?:vss_manifests|quiesce_manifest)([0-9]+)\\.(?:zip|xml)");

  /** Names of which one alone may mean that something is left to do. */
  private static final Pattern OF_SNAPSHOTS =
      Pattern.compile("\\.vcsnap-.*|.+\\.(vmsn|vmem|vmss|zip|xml)|.+-[0-9]{6}(-[a-z]+)?\\.vmdk");

  private final ChainAccess chains;

  public Recovery(ChainAccess chains) {
    this.chains = chains;
  }

  /** Brings one machine's files into agreement. */
  public void recover(VirtualMachine machine) {
    boolean inOrder = isInOrder(machine);
    if (!inOrder) {
      bringInOrder(machine);
    }
    new NonpersistentDisks(chains).apply(machine);
    machine.consolidationNeeded(!inOrder && new Consolidation(machine, chains).isNeeded());
    if (machine.power() == VirtualMachinePowerState.poweredOff) {
      ChangeTracking.apply(machine);
    }
  }

  /**
   * One look at the folder tells it of most machines: there is nothing of a snapshot, a suspension
   * or an unfinished write. With thousands of machines that is most of a start.
   */
  private static boolean isInOrder(VirtualMachine machine) {
    Vmx vmx = machine.vmx();
    Path folder = machine.files().folder();
    return machine.snapshots().snapshots().isEmpty()
        && !Suspension.isNoted(machine)
        && machine.disks().entrySet().stream()
            .allMatch(disk ->
                disk.getValue().links().size() == 1
                    && folder.equals(disk.getValue().leaf().getParent())
                    && vmx.get(VirtualMachine.redoKey(disk.getKey())).orElse("").isBlank())
        && machine.files().names().existing().stream()
            .noneMatch(name -> OF_SNAPSHOTS.matcher(name).matches());
  }

  private void bringInOrder(VirtualMachine machine) {
    machine.files().recover().forEach(file -> LOG.info("Removed {} of an unfinished write", file));
    dropUnmadeSnapshots(machine);
    var consolidation = new Consolidation(machine, chains);
    deriveCurrent(machine, consolidation);
    boolean takenBack = takeBackUnfinished(machine);
    deleteUnnamedStates(machine);
    Suspension.recover(machine, chains.clock().now());
    for (var disk : machine.disks().entrySet()) {
      LinkTree tree = consolidation.tree(disk.getKey());
      deleteOrphans(machine, DiskFamily.of(disk.getValue()), tree);
      for (Path link : tree.unneeded()) {
        if (chains.factory().allLentKnown() && isUnfinished(link)) {
          LOG.info("Removed {} of an unfinished operation", link.getFileName());
          chains.factory().delete(link);
        }
      }
    }
    if (takenBack && chains.factory().allLentKnown()) {
      consolidate(machine, consolidation);
    }
    forgetLostRedos(machine);
  }

  /** Takes back what a guest was frozen for that had not said yet that it stayed so. */
  private static boolean takeBackUnfinished(VirtualMachine machine) {
    Vmsd snapshots = machine.snapshots();
    Vmsd left = snapshots;
    for (SnapshotEntry entry : snapshots.snapshots()) {
      if (QuiescedState.isUnfinished(machine.state(entry.uid()))) {
        LOG.info("Took back the snapshot \"{}\", whose guest was frozen", entry.displayName());
        left = left.withRemoved(entry.uid());
      }
    }
    if (left.equals(snapshots)) {
      return false;
    }
    machine.save(left);
    return true;
  }

  /** What cannot be merged now stays, and is shown as {@code consolidationNeeded}. */
  private static void consolidate(VirtualMachine machine, Consolidation consolidation) {
    try {
      consolidation.run(percent -> {});
    } catch (RuntimeException failure) {
      LOG.warn("{} could not be consolidated: {}", machine.name(), failure.getMessage());
    }
  }

  /**
   * A link that still has its parent's content id was never closed after a write: it is the one
   * that an interrupted creation had prepared, or the one that an interrupted revert was about to
   * drop.
   */
  private boolean isUnfinished(Path link) {
    Descriptor descriptor = chains.factory().descriptorOf(link);
    return descriptor.cid() == descriptor.parentCid();
  }

  /**
   * Extents and change maps without a descriptor: a link's creation or deletion was cut between two
   * of its files. Left there they would stand in the way of every later snapshot (rule A19). What
   * anything still mentions is kept, since its descriptor was lost in some other way.
   */
  private static void deleteOrphans(VirtualMachine machine, DiskFamily family, LinkTree tree) {
    Set<String> names = family.names().existing();
    for (String name : names) {
      Matcher companion = COMPANION.matcher(name);
      if (companion.matches() && companion.group(1).equals(family.baseName())) {
        String descriptor = companion.group(1) + companion.group(2) + ".vmdk";
        if (!names.contains(descriptor) && !tree.mentions(family.fileOf(descriptor))) {
          LOG.info("Removed {} of an unfinished operation", name);
          machine.files().deleteFile(machine.fileNameOf(family.fileOf(name)));
        }
      }
    }
  }

  /** A nonpersistent disk whose writes were being dropped starts anew. */
  private void forgetLostRedos(VirtualMachine machine) {
    Vmx vmx = machine.vmx();
    boolean changed = false;
    for (var disk : machine.disks().entrySet()) {
      String key = VirtualMachine.redoKey(disk.getKey());
      String redo = vmx.get(key).orElse("");
      if (!redo.isBlank() && !machine.files().fileOf(redo).equals(disk.getValue().leaf())) {
        changed |= vmx.remove(key);
        Path file = machine.files().fileOf(redo);
        if (machine.files().datastore().exists(machine.files().pathOf(redo))
            && isMadeAbove(file, disk.getValue().leaf())) {
          chains.factory().delete(file);
        }
      }
    }
    if (changed) {
      machine.save(vmx, chains.clock().now());
    }
  }

  /** What the key names may be any file; only a child of the disk can be what it dropped. */
  private boolean isMadeAbove(Path redo, Path leaf) {
    List<Path> links = chains.factory().linksOf(redo);
    return links.size() > 1 && links.get(links.size() - 2).equals(leaf);
  }

  private static void dropUnmadeSnapshots(VirtualMachine machine) {
    Vmsd snapshots = machine.snapshots();
    Vmsd made = snapshots;
    for (SnapshotEntry entry : snapshots.snapshots()) {
      if (entry.disks().stream().anyMatch(disk -> isRunning(machine, disk))) {
        LOG.info("Took back the unfinished snapshot \"{}\"", entry.displayName());
        made = made.withRemoved(entry.uid());
      }
    }
    if (!made.equals(snapshots)) {
      machine.save(made);
    }
  }

  /**
   * State and memory files that no snapshot names: of a creation that did not get as far as the
   * list, or of a snapshot that was taken back while the list could not be written.
   */
  static void deleteUnnamedStates(VirtualMachine machine) {
    Set<String> named =
        machine.snapshots().snapshots().stream()
            .map(SnapshotEntry::vmsnFileName)
            .collect(Collectors.toSet());
    List<VmFile> present = machine.files().files();
    Predicate<String> own =
        machine.files().ownAmong(present.stream().map(file -> file.path().fileName()).toList());
    for (VmFile file : present) {
      String name = file.path().fileName();
      boolean ofSnapshot =
          file.type() == VmFileType.SNAPSHOT_DATA || file.type() == VmFileType.SNAPSHOT_MEMORY;
      boolean manifest = MANIFEST.matcher(name).matches();
      if ((ofSnapshot || manifest)
          && own.test(name)
          && !named.contains(
              MANIFEST
                  .matcher(name.replaceFirst("\\.vmem$", ".vmsn"))
                  .replaceFirst("$1-Snapshot$2.vmsn"))) {
        LOG.info("Removed {}, which no snapshot names", name);
        machine.files().deleteFile(name);
      }
    }
  }

  private static boolean isRunning(VirtualMachine machine, SnapshotDisk frozen) {
    var disk = machine.disks().get(frozen.node());
    return disk != null && disk.leaf().equals(machine.files().fileOf(frozen.fileName()));
  }

  /**
   * The current snapshot is the nearest one below the running point of the first disk that has any.
   */
  private static void deriveCurrent(VirtualMachine machine, Consolidation consolidation) {
    Vmsd snapshots = machine.snapshots();
    for (var running : machine.disks().entrySet()) {
      boolean frozenByAny =
          snapshots.snapshots().stream()
              .flatMap(entry -> entry.disks().stream())
              .anyMatch(disk -> disk.node().equals(running.getKey()));
      if (frozenByAny) {
        String node = running.getKey();
        int current = nearest(machine, node, consolidation.tree(node));
        if (current != snapshots.currentUid()) {
          LOG.info("The running point hangs from snapshot {}", current);
          machine.save(snapshots.withCurrent(current));
        }
        return;
      }
    }
  }

  private static int nearest(VirtualMachine machine, String node, LinkTree tree) {
    Optional<Path> at = tree.parentOf(machine.disk(node).leaf());
    while (at.isPresent()) {
      Path link = at.get();
      for (SnapshotEntry entry : machine.snapshots().snapshots()) {
        for (SnapshotDisk disk : entry.disks()) {
          if (disk.node().equals(node) && machine.files().fileOf(disk.fileName()).equals(link)) {
            return entry.uid();
          }
        }
      }
      at = tree.parentOf(link);
    }
    return 0;
  }
}
