package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.VmFile;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.MergeProgress;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskBody;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Brings the chains of a machine back to what its snapshot tree needs.
 *
 * <p>Two things are done, disk by disk: links that nothing is built on are deleted (branches off
 * the running path), and a link that nobody names and that has one child takes in that child, which
 * is then gone (rules B5 to B9). Snapshot removal of every kind is an edit of the tree followed by
 * this.
 */
final class Consolidation {

  private final VirtualMachine machine;
  private final ChainAccess chains;

  Consolidation(VirtualMachine machine, ChainAccess chains) {
    this.machine = machine;
    this.chains = chains;
  }

  /** True if {@link #run} would have something to do. */
  boolean isNeeded() {
    for (String node : machine.disks().keySet()) {
      LinkTree tree = tree(node);
      if (!tree.mergeable().isEmpty() || !tree.unneeded().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Deletes what is not needed and merges what can be merged, on all disks. */
  void run(TaskBody.Progress progress) {
    List<String> nodes = new ArrayList<>(machine.disks().keySet());
    for (int i = 0; i < nodes.size(); i++) {
      int from = 100 * i / nodes.size();
      int to = 100 * (i + 1) / nodes.size();
      deleteUnneeded(nodes.get(i));
      merge(nodes.get(i), percent -> progress.percent(from + (to - from) * percent / 100));
    }
  }

  /** Deletes the links that neither a snapshot nor the running machine is built on. */
  void deleteUnneeded(String node) {
    for (Path link : tree(node).unneeded()) {
      chains.factory().delete(link);
    }
  }

  private void merge(String node, TaskBody.Progress progress) {
    RunningDisk disk = machine.disk(node);
    while (true) {
      LinkTree tree = tree(node);
      List<Path> mergeable = tree.mergeable();
      if (mergeable.isEmpty()) {
        return;
      }
      Path target = mergeable.getFirst();
      Path child = tree.childrenOf(target).getFirst();
      List<Path> running = disk.links();
      if (!running.contains(child)) {
        chains
            .factory()
            .commitClosed(child, tree.childrenOf(child), watching(node, child, progress));
      } else if (everythingAbove(target, running, mergeable)) {
        disk.commitInto(target, watching(node, disk.leaf(), progress));
      } else {
        disk.commit(child, tree.childrenOf(child), watching(node, child, progress));
      }
    }
  }

  /**
   * True if every link from the target up to the one below the running leaf is to be merged away:
   * one pass does it.
   */
  private static boolean everythingAbove(Path target, List<Path> running, List<Path> mergeable) {
    int from = running.indexOf(target);
    return running.size() - from > 2
        && mergeable.containsAll(running.subList(from, running.size() - 1));
  }

  /** The survivor takes the place of the merged link in every file that named it. */
  private void repoint(String node, Path merged, Path survivor) {
    String from = DescriptorFiles.nameOf(merged);
    String to = DescriptorFiles.nameOf(survivor);
    Vmsd snapshots = machine.snapshots();
    Vmsd changed = snapshots.withDiskFile(from, to);
    if (!changed.equals(snapshots)) {
      machine.save(changed);
    }
    Vmx vmx = machine.vmx();
    if (vmx.get(node + ".fileName").orElse("").equals(from)) {
      vmx.putDisk(node, survivor);
      machine.save(vmx, chains.clock().now());
    }
  }

  LinkTree tree(String node) {
    Set<Path> named = new HashSet<>();
    Path leaf = machine.disk(node).leaf();
    named.add(leaf);
    for (SnapshotEntry snapshot : machine.snapshots().snapshots()) {
      for (SnapshotDisk frozen : snapshot.disks()) {
        if (frozen.node().equals(node)) {
          named.add(machine.files().fileOf(frozen.fileName()));
        }
      }
    }
    String base = DiskNames.baseName(DescriptorFiles.nameOf(machine.disk(node).links().getFirst()));
    Pattern family = Pattern.compile(Pattern.quote(base) + "(-[0-9]{6})?\\.vmdk");
    List<Path> links =
        machine.files().files().stream()
            .filter(file -> family.matcher(file.path().fileName()).matches())
            .map(VmFile::path)
            .map(path -> machine.files().datastore().fileOf(path))
            .toList();
    return LinkTree.read(chains.factory(), leaf, links, named);
  }

  /**
   * Watches a merge, and puts the survivor's name in place of the merged link's before that link is
   * deleted.
   */
  private MergeProgress watching(String node, Path merged, TaskBody.Progress progress) {
    return new MergeProgress() {
      @Override
      public void merged(long grainsDone, long grainsTotal) {
        progress.percent(grainsTotal == 0 ? 100 : (int) (100 * grainsDone / grainsTotal));
      }

      @Override
      public boolean cancelled() {
        return false;
      }

      @Override
      public void survives(Path survivor) {
        repoint(node, merged, survivor);
      }
    };
  }
}
