package dev.vcsnap.provision;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.snapshot.ChangeTracking;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import dev.vcsnap.vim.VirtualMachineRelocateSpecDiskLocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves machines to other hosts, pools and folders; their files stay where they are, since every
 * host sees every datastore.
 */
final class MachineRelocation {

  private static final String METHOD = "RelocateVM_Task with spec.";

  private final Machinery machinery;
  private final MachinePlaces places;

  MachineRelocation(Machinery machinery, MachinePlaces places) {
    this.machinery = machinery;
    this.places = places;
  }

  /** Checks what is asked, and returns the work. */
  TaskBody relocate(VirtualMachine machine, VirtualMachineRelocateSpec spec) {
    refuseWhatIsNotServed(machine, spec);
    InventoryTree tree = machinery.tree();
    ManagedObject folder = memberOr(spec.folder, machine.placement().folder());
    ManagedObjectReference pool = spec.pool;
    ManagedObjectReference host = spec.host;
    if (pool == null && (host == null || isOfPool(machine, host))) {
      pool = machine.placement().pool();
    }
    if (host == null && (pool == null || pool.equals(machine.placement().pool()))) {
      host = machine.placement().host();
    }
    Site site = Site.of(tree, folder, pool, host);
    InventoryTree.Store store = tree.datastore(machine.placement().datastore()).orElseThrow();
    return progress -> {
      progress.percent(10);
      places.moveInto(machine, folder);
      var target = site.with(tree, store);
      if (!target.host().equals(machine.placement().host())) {
        // A running machine stands still when another host takes it over (rule C2).
        ChangeTracking.apply(machine);
      }
      places.move(machine, machine.isTemplate() ? target.withoutPool() : target);
      return null;
    };
  }

  private boolean isOfPool(VirtualMachine machine, ManagedObjectReference host) {
    InventoryTree tree = machinery.tree();
    ManagedObjectReference pool = machine.placement().pool();
    return pool != null
        && tree.find(pool).map(tree::ownerOf).map(tree::hostsOf).orElse(List.of()).stream()
            .anyMatch(member -> member.reference().equals(host));
  }

  private ManagedObject memberOr(
      @Nullable ManagedObjectReference wanted, ManagedObjectReference present) {
    ManagedObjectReference reference = wanted == null ? present : wanted;
    return machinery.tree().find(reference).orElseThrow(() -> Faults.notFound(reference));
  }

  private static void refuseWhatIsNotServed(
      VirtualMachine machine, VirtualMachineRelocateSpec spec) {
    ManagedObjectReference here = machine.placement().datastore();
    refuse(spec.service != null, "service");
    refuse(spec.datastore != null && !spec.datastore.equals(here), "another datastore");
    refuse(spec.transform != null, "transform");
    refuse(spec.cryptoSpec != null, "cryptoSpec");
    refuse(spec.profile != null && !spec.profile.isEmpty(), "profile");
    refuse(spec.deviceChange != null && !spec.deviceChange.isEmpty(), "deviceChange");
    if (spec.disk != null) {
      for (VirtualMachineRelocateSpecDiskLocator disk : spec.disk) {
        refuse(!disk.datastore.equals(here), "disk on another datastore");
        refuse(disk.diskBackingInfo != null, "disk.diskBackingInfo");
      }
    }
  }

  private static void refuse(boolean given, String what) {
    if (given) {
      throw Faults.notSupported(METHOD + what);
    }
  }
}
