package dev.vcsnap.inventory;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns a snapshot list into the tree that clients walk. */
final class VmSnapshotProjection {

  private final VirtualMachine machine;
  private final Vmsd snapshots;

  VmSnapshotProjection(VirtualMachine machine) {
    this.machine = machine;
    this.snapshots = machine.snapshots();
  }

  /** The value of {@code snapshot}: null when there is none, never an empty structure (rule B1). */
  @Nullable VirtualMachineSnapshotInfo info() {
    if (snapshots.snapshots().isEmpty()) {
      return null;
    }
    var info = new VirtualMachineSnapshotInfo();
    if (snapshots.currentUid() != 0) {
      info.currentSnapshot = reference(snapshots.currentUid());
    }
    info.rootSnapshotList = trees(0);
    return info;
  }

  /** The value of {@code rootSnapshot}. */
  List<ManagedObjectReference> roots() {
    return childrenOf(0);
  }

  /** The value of {@code childSnapshot} of a snapshot; of the roots for 0. */
  List<ManagedObjectReference> childrenOf(int uid) {
    return snapshots.childrenOf(uid).stream().map(child -> reference(child.uid())).toList();
  }

  ManagedObjectReference reference(int uid) {
    return new ManagedObjectReference("VirtualMachineSnapshot", machine.snapshotId(uid));
  }

  /** Every snapshot of a published tree. */
  static Stream<ManagedObjectReference> references(VirtualMachineSnapshotInfo info) {
    return references(info.rootSnapshotList);
  }

  private static Stream<ManagedObjectReference> references(List<VirtualMachineSnapshotTree> trees) {
    return trees.stream()
        .flatMap(
            tree -> Stream.concat(Stream.of(tree.snapshot), references(tree.childSnapshotList)));
  }

  private List<VirtualMachineSnapshotTree> trees(int parent) {
    return snapshots.childrenOf(parent).stream().map(this::tree).toList();
  }

  private VirtualMachineSnapshotTree tree(SnapshotEntry snapshot) {
    Vmsn state = machine.state(snapshot.uid());
    var tree = new VirtualMachineSnapshotTree();
    tree.snapshot = reference(snapshot.uid());
    tree.vm = machine.reference();
    tree.name = snapshot.displayName();
    tree.description = snapshot.description();
    tree.id = snapshot.uid();
    tree.createTime = snapshot.createTime();
    tree.state = VirtualMachinePowerState.valueOf(state.powerState());
    tree.quiesced = state.quiesced();
    String manifest = state.details().get(SnapshotDetails.MANIFEST);
    if (manifest != null) {
      // Documented as relative to the folder; what hosts send is the whole path (rule A49).
      tree.backupManifest = machine.files().pathOf(manifest).toString();
    }
    tree.childSnapshotList = trees(snapshot.uid());
    tree.replaySupported = false;
    return tree;
  }
}
