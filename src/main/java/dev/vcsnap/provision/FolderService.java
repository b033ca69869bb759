package dev.vcsnap.provision;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidFolder;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Makes, renames, moves and removes the folders that machines are shown in. */
public final class FolderService {

  private static final int DEPTH_MAX = 256;

  private final Machinery machinery;
  private final MachinePlaces places;

  FolderService(Machinery machinery, MachinePlaces places) {
    this.machinery = machinery;
    this.places = places;
  }

  /** Makes a folder for machines beneath another one. */
  public ManagedObjectReference create(ManagedObject parent, String name) {
    Site.requireForMachines(parent);
    InventoryTree tree = machinery.tree();
    try (var _ = machinery.names().claim(parent, name)) {
      var folder = new Registrations.Folder(tree.nextFolderId(), parent.id(), name);
      machinery.registrations().put(folder);
      boolean shown = false;
      try {
        tree.restructure(tx -> tree.addVmFolder(tx, folder));
        shown = true;
      } finally {
        if (!shown) {
          machinery.registrations().removeFolder(folder.id());
        }
      }
      return new ManagedObjectReference("Folder", folder.id());
    }
  }

  /**
   * Renames a folder that a client made; those that every datacenter has keep their names
   * (assumed).
   */
  public void rename(ManagedObject folder, String name) {
    requireOwn(folder, "Rename_Task");
    InventoryTree tree = machinery.tree();
    ManagedObject parent = tree.parentOf(folder);
    if (name.equals(folder.get("name"))) {
      return;
    }
    try (var _ = machinery.names().claim(parent, name)) {
      machinery.registrations().put(new Registrations.Folder(folder.id(), parent.id(), name));
      tree.restructure(tx -> tx.set(folder, "name", name));
    }
  }

  /**
   * Puts machines and folders into a folder, one after the other. Each machine is taken for the
   * move alone: where it is shown is kept with its registration, which one that is being imported
   * or deleted must not get meanwhile.
   *
   * @throws VimException TaskInProgress if another operation has one of the machines (assumed)
   */
  public void moveInto(
      ManagedObject target, List<ManagedObject> moved, TaskBody.Progress progress) {
    Site.requireForMachines(target);
    for (ManagedObject member : new LinkedHashSet<>(moved)) {
      if (member.type().isA("VirtualMachine")) {
        progress.take(member);
        places.moveInto(machinery.machines().of(member), target);
      } else if (member.type().isA("Folder")) {
        moveFolder(member, target);
      } else {
        throw invalidFolder(target);
      }
    }
  }

  private void moveFolder(ManagedObject folder, ManagedObject target) {
    requireOwn(folder, "MoveIntoFolder_Task");
    InventoryTree tree = machinery.tree();
    ManagedObject at = target;
    for (int depth = 0; depth < DEPTH_MAX && at.type().isA("Folder"); depth++) {
      if (at.equals(folder)) {
        throw invalidFolder(target);
      }
      at = tree.parentOf(at);
    }
    if (tree.parentOf(folder).equals(target)) {
      return;
    }
    String name = String.valueOf(folder.get("name"));
    try (var _ = machinery.names().claim(target, name)) {
      machinery.registrations().put(new Registrations.Folder(folder.id(), target.id(), name));
      tree.restructure(tx -> tree.moveFolder(tx, folder, target));
    }
  }

  /**
   * The machines in a folder and below it, for whoever is about to delete it with them.
   *
   * @throws VimException NotSupported for a folder that every datacenter has, InvalidPowerState if
   *     one of the machines is not off, InvalidState if the files of one cannot be used
   */
  public List<ManagedObject> machinesToDelete(ManagedObject folder) {
    List<ManagedObject> machines = machinesIn(folder);
    machines.forEach(machine -> MachineRemoval.requireOff(machinery.machines().of(machine)));
    return machines;
  }

  /**
   * The machines in a folder and below it, for whoever is about to remove it and to forget them.
   *
   * @throws VimException NotSupported for a folder that every datacenter has, InvalidPowerState if
   *     one of the machines is not off
   */
  public List<ManagedObject> machinesToForget(ManagedObject folder) {
    List<ManagedObject> machines = machinesIn(folder);
    machines.stream()
        .filter(machine -> machinery.machines().unopened(machine).isEmpty())
        .forEach(machine -> MachineRemoval.requireOff(machinery.machines().of(machine)));
    return machines;
  }

  private List<ManagedObject> machinesIn(ManagedObject folder) {
    requireOwn(folder, "Destroy_Task");
    List<ManagedObject> machines = new ArrayList<>();
    collect(folder, machines);
    return machines;
  }

  private void collect(ManagedObject folder, List<ManagedObject> machines) {
    for (ManagedObject child : childrenOf(folder)) {
      if (child.type().isA("VirtualMachine")) {
        machines.add(child);
      } else {
        collect(child, machines);
      }
    }
  }

  /**
   * Removes a folder and the folders in it, none of which has a machine any more.
   *
   * @throws VimException ConcurrentAccess if one has, or gets one meanwhile
   */
  public void remove(ManagedObject folder) {
    for (ManagedObject child : childrenOf(folder)) {
      if (!child.type().isA("Folder")) {
        throw ProvisionFaults.changedMeanwhile(folder.id());
      }
      remove(child);
    }
    InventoryTree tree = machinery.tree();
    try (var _ = machinery.names().close(folder)) {
      machinery.registrations().removeFolder(folder.id());
      tree.restructure(tx -> tree.removeFolder(tx, folder));
    }
  }

  private List<ManagedObject> childrenOf(ManagedObject folder) {
    return folder.get("childEntity") instanceof List<?> children
        ? children.stream()
            .map(ManagedObjectReference.class::cast)
            .flatMap(child -> machinery.tree().find(child).stream())
            .toList()
        : List.of();
  }

  private void requireOwn(ManagedObject folder, String method) {
    Site.requireForMachines(folder);
    if (!machinery.tree().parentOf(folder).type().isA("Folder")) {
      throw Faults.notSupported(method + " on the folder " + folder.id());
    }
  }

  private static VimException invalidFolder(ManagedObject target) {
    var fault = new InvalidFolder();
    fault.target = target.reference();
    return new VimException(fault, "Invalid folder: the members cannot be put into " + target.id());
  }
}
