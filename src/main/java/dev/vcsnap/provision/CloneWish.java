package dev.vcsnap.provision;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineRelocateDiskMoveOptions;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import dev.vcsnap.vim.VirtualMachineRelocateSpecDiskLocator;
import dev.vcsnap.vim.VirtualMachineRelocateTransformation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of a clone, checked before there is a task.
 *
 * @param snapshotUid the snapshot to clone, or empty for the running point
 * @param linked true if the clone's disks are to be children of the snapshot's
 * @param template true if the clone is to be a template
 * @param powerOn true to turn it on
 * @param config what is to be different
 * @param store where its files go
 * @param thin true or false where the client chose how disks are provisioned, by device key
 * @param thinOtherwise the same for the other disks; empty to do as the original does
 */
record CloneWish(
    Optional<Integer> snapshotUid,
    boolean linked,
    boolean template,
    boolean powerOn,
    @Nullable VirtualMachineConfigSpec config,
    InventoryTree.Store store,
    Map<Integer, Boolean> thin,
    Optional<Boolean> thinOtherwise) {

  private static final String METHOD = "CloneVM_Task with spec.";

  static CloneWish of(VirtualMachine source, VirtualMachineCloneSpec spec, InventoryTree tree) {
    VirtualMachineRelocateSpec location = spec.location;
    if (spec.customization != null) {
      throw Faults.notSupported(METHOD + "customization");
    }
    if (Boolean.TRUE.equals(spec.memory)) {
      throw Faults.notSupported(METHOD + "memory");
    }
    if (spec.template && spec.powerOn) {
      throw Faults.invalidArgument("spec.powerOn");
    }
    refuse(location.service != null, "location.service");
    refuse(location.cryptoSpec != null, "location.cryptoSpec");
    refuse(isGiven(location.profile), "location.profile");
    Optional<Integer> uid =
        Optional.ofNullable(spec.snapshot)
            .map(snapshot ->
                source
                    .uidOf(snapshot.value())
                    .orElseThrow(() -> Faults.invalidArgument("spec.snapshot")));
    ManagedObjectReference datastore =
        location.datastore == null ? source.placement().datastore() : location.datastore;
    InventoryTree.Store store =
        tree.datastore(datastore)
            .orElseThrow(() -> Faults.invalidArgument("spec.location.datastore"));
    boolean linked = isLinked(location.diskMoveType, uid.isPresent());
    Map<Integer, Boolean> thin = new HashMap<>();
    for (VirtualMachineRelocateSpecDiskLocator locator :
        location.disk == null ? List.<VirtualMachineRelocateSpecDiskLocator>of() : location.disk) {
      refuse(!locator.datastore.equals(store.reference()), "location.disk.datastore elsewhere");
      refuse(
          locator.diskMoveType != null && isLinked(locator.diskMoveType, uid.isPresent()) != linked,
          "location.disk.diskMoveType of its own");
      if (locator.diskBackingInfo instanceof VirtualDiskFlatVer2BackingInfo backing
          && backing.thinProvisioned != null) {
        thin.put(locator.diskId, backing.thinProvisioned);
      }
    }
    return new CloneWish(
        uid,
        linked,
        spec.template,
        spec.powerOn,
        Specs.with(spec.config, location.deviceChange),
        store,
        thin,
        Optional.ofNullable(location.transform)
            .map(transform -> transform == VirtualMachineRelocateTransformation.sparse));
  }

  /**
   * A child of the snapshot's disk where the client asks for one, or allows disks to be shared; a
   * copy otherwise. What runs cannot be shared.
   */
  private static boolean isLinked(@Nullable String moveType, boolean ofSnapshot) {
    if (moveType == null) {
      return false;
    }
    return switch (VirtualMachineRelocateDiskMoveOptions.TYPE.valueOf(moveType)) {
      case VirtualMachineRelocateDiskMoveOptions.createNewChildDiskBacking -> {
        if (!ofSnapshot) {
          throw Faults.invalidArgument("spec.location.diskMoveType");
        }
        yield true;
      }
      case VirtualMachineRelocateDiskMoveOptions.moveAllDiskBackingsAndAllowSharing -> ofSnapshot;
      case VirtualMachineRelocateDiskMoveOptions.moveAllDiskBackingsAndDisallowSharing,
          VirtualMachineRelocateDiskMoveOptions.moveAllDiskBackingsAndConsolidate ->
          false;
      case VirtualMachineRelocateDiskMoveOptions.moveChildMostDiskBacking ->
          throw Faults.notSupported(METHOD + "location.diskMoveType moveChildMostDiskBacking");
      case null, default -> throw Faults.invalidArgument("spec.location.diskMoveType");
    };
  }

  private static boolean isGiven(@Nullable List<?> list) {
    return list != null && !list.isEmpty();
  }

  private static void refuse(boolean given, String what) {
    if (given) {
      throw Faults.notSupported(METHOD + what);
    }
  }
}
