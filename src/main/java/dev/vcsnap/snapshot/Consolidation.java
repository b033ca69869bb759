package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.MergeProgress;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.DiskFamily;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Brings the chains of a machine back to what its snapshot tree needs.
 *
 * <p>Two things are done, disk by disk: links that nothing is built on are deleted (branches off
 * the running path), and a link that nobody names and that has one child takes in that child, which
 * is then gone (rules B5 to B9). Snapshot removal of every kind is an edit of the tree followed by
 * this.
 */
final class Consolidation {

  /** How often a merge that waits for a reader looks again. */
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(200);

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

  /**
   * The bytes by which {@link #run} lets files grow: what links to be merged hold and the ones that
   * take them in do not. Less than will be needed for a disk that is being written (rule B12).
   */
  long bytesNeeded() {
    long bytes = 0;
    for (String node : machine.disks().keySet()) {
      LinkTree tree = tree(node);
      List<Path> mergeable = tree.mergeable();
      for (Path target : mergeable) {
        boolean merged = tree.parentOf(target).filter(mergeable::contains).isPresent();
        if (!merged) {
          HeldAreas before = held(node, target);
          HeldAreas after = before;
          for (Path at = target; mergeable.contains(at); ) {
            at = tree.neededChildrenOf(at).getFirst();
            after = after.with(held(node, at));
          }
          bytes += after.bytes() - before.bytes();
        }
      }
    }
    return bytes;
  }

  private HeldAreas held(String node, Path link) {
    RunningDisk disk = machine.disk(node);
    if (disk.links().contains(link)) {
      return HeldAreas.of(disk.heldBy(link));
    }
    try (RunningDisk branch = chains.factory().open(link, OpenMode.INSPECT)) {
      return HeldAreas.of(branch.heldBy(link));
    }
  }

  /** Deletes what is not needed and merges what can be merged, on all disks: nothing is left. */
  void run(TaskBody.Progress progress) {
    List<String> nodes = new ArrayList<>(machine.disks().keySet());
    for (int i = 0; i < nodes.size(); i++) {
      TaskBody.Progress part = part(progress, 100 * i / nodes.size(), 100 * (i + 1) / nodes.size());
      merge(nodes.get(i), deleteUnneeded(nodes.get(i), part), part);
    }
  }

  private static TaskBody.Progress part(TaskBody.Progress whole, int from, int to) {
    return new TaskBody.Progress() {
      @Override
      public void percent(int done) {
        whole.percent(from + (to - from) * done / 100);
      }

      @Override
      public boolean cancelled() {
        return whole.cancelled();
      }
    };
  }

  /**
   * Deletes the links that neither a snapshot nor the running machine is built on; returns the tree
   * as it is then.
   */
  LinkTree deleteUnneeded(String node, TaskBody.Progress progress) {
    RunningDisk disk = machine.disk(node);
    LinkTree tree = tree(node);
    List<Path> unneeded = tree.unneeded();
    for (Path link : unneeded) {
      patiently(
          progress, () -> disk.changeAside(List.of(link), () -> chains.factory().delete(link)));
    }
    return unneeded.isEmpty() ? tree : tree(node);
  }

  /**
   * Does a step again while somebody reads a file that it changes, as long as the policy has
   * patience (rule B22). A step that is refused has changed nothing.
   */
  private void patiently(TaskBody.Progress progress, Runnable step) {
    Clock clock = chains.clock();
    long started = clock.nanoTime();
    while (true) {
      try {
        step.run();
        return;
      } catch (BlockError refusal) {
        Duration waited = Duration.ofNanos(clock.nanoTime() - started);
        if (refusal.kind() != BlockError.Kind.LOCKED
            || waited.compareTo(chains.merges().lockPatience()) >= 0) {
          throw refusal;
        }
        awaitChange(progress, refusal);
      }
    }
  }

  private void awaitChange(TaskBody.Progress progress, BlockError refusal) {
    if (!progress.cancelled()) {
      try {
        chains.clock().sleep(LOOK_AGAIN_AFTER);
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    var cut = new CancellationException("the wait for a reader was cut: " + refusal.getMessage());
    cut.initCause(refusal);
    throw cut;
  }

  private void merge(String node, LinkTree before, TaskBody.Progress progress) {
    RunningDisk disk = machine.disk(node);
    for (LinkTree tree = before; !tree.mergeable().isEmpty(); tree = tree(node)) {
      List<Path> mergeable = tree.mergeable();
      Path target = mergeable.getFirst();
      Path child = tree.childrenOf(target).getFirst();
      List<Path> running = disk.links();
      List<Path> grandchildren = tree.childrenOf(child);
      if (!running.contains(child)) {
        MergeProgress watch = watching(node, child, progress);
        patiently(
            progress,
            () ->
                disk.changeAside(
                    List.of(child, target),
                    () -> chains.factory().commitClosed(child, grandchildren, watch)));
      } else if (everythingAbove(target, running, mergeable)) {
        MergeProgress watch = watching(node, disk.leaf(), progress);
        patiently(progress, () -> disk.commitInto(target, watch));
      } else {
        MergeProgress watch = watching(node, child, progress);
        patiently(progress, () -> disk.commit(child, grandchildren, watch));
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
    String from = machine.fileNameOf(merged);
    String to = machine.fileNameOf(survivor);
    Vmsd snapshots = machine.snapshots();
    Vmsd changed = snapshots.withDiskFile(from, to);
    if (!changed.equals(snapshots)) {
      machine.save(changed);
    }
    Vmx vmx = machine.vmx();
    if (vmx.get(node + ".fileName").orElse("").equals(from)) {
      vmx.putDisk(node, to);
      machine.save(vmx, chains.clock().now());
    }
  }

  LinkTree tree(String node) {
    Set<Path> named = new HashSet<>();
    RunningDisk disk = machine.disk(node);
    Path leaf = disk.leaf();
    named.add(leaf);
    Vmx vmx = machine.vmx();
    if (vmx.get(VirtualMachine.redoKey(node)).filter(redo -> !redo.isBlank()).isPresent()) {
      vmx.get(node + ".fileName").map(machine.files()::fileOf).ifPresent(named::add);
    }
    for (SnapshotEntry snapshot : machine.snapshots().snapshots()) {
      for (SnapshotDisk frozen : snapshot.disks()) {
        if (frozen.node().equals(node)) {
          named.add(machine.files().fileOf(frozen.fileName()));
        }
      }
    }
    List<Path> links = DiskFamily.of(disk).descriptors();
    Set<Path> lent = chains.factory().lentIn(Objects.requireNonNull(leaf.getParent()));
    return LinkTree.read(
        link -> disk.find(link).orElseGet(() -> chains.factory().descriptorOf(link)),
        leaf,
        links,
        named,
        lent);
  }

  /**
   * Watches a merge, and puts the survivor's name in place of the merged link's before that link is
   * deleted.
   */
  private MergeProgress watching(String node, Path merged, TaskBody.Progress progress) {
    var throttle = new MergeThrottle(chains.clock(), chains.merges().bytesPerSecond());
    return new MergeProgress() {
      @Override
      public void merged(long grainsDone, long grainsTotal) {
        progress.percent(grainsTotal == 0 ? 100 : (int) (100 * grainsDone / grainsTotal));
      }

      @Override
      public void copied(long bytes, BooleanSupplier cancelled) {
        chains.metrics().merged(bytes);
        throttle.copied(bytes, cancelled);
      }

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }

      @Override
      public void stunned(Duration stun) {
        chains.metrics().stunned(SnapshotMetrics.Switch.MERGE, stun);
      }

      @Override
      public void survives(Path survivor) {
        repoint(node, merged, survivor);
      }
    };
  }
}
