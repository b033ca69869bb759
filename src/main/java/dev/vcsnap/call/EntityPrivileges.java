package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskReasonUser;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * What methods ask for that every member of the inventory has, by the member's kind; and the end of
 * a task, which is free to who started it (assumed).
 */
final class EntityPrivileges implements MethodTable.Contributor {

  private static final String DELETE_MACHINE = "VirtualMachine.Inventory.Delete";

  @Override
  public void contribute(MethodTable table) {
    table
        .asks("ManagedEntity", "Rename_Task", EntityPrivileges::rename)
        .asks("ManagedEntity", "Destroy_Task", EntityPrivileges::destroy)
        .asks("Folder", "MoveIntoFolder_Task", EntityPrivileges::move)
        .asks("ResourcePool", "MoveIntoResourcePool", EntityPrivileges::moveToPool)
        .asks("ResourcePool", "UpdateConfig", EntityPrivileges::editPool)
        .asks("ResourcePool", "UpdateChildResourceConfiguration", EntityPrivileges::editPool)
        .asks("Task", "CancelTask", EntityPrivileges::cancel);
  }

  /** Vendor's manual: removal, of whatever, asks on the object and on its parent alike. */
  static void onParent(ManagedObject object, String privilegeId, Needs needs) {
    if (object.get("parent") instanceof ManagedObjectReference parent) {
      needs.on(parent, privilegeId);
    }
  }

  private static void rename(ManagedObject self, Arguments arguments, Needs needs) {
    needs.on(
        self,
        switch (self.type().name()) {
          case "VirtualMachine" -> "VirtualMachine.Config.Rename";
          case "VirtualApp" -> "VApp.Rename";
          case "Datacenter" -> "Datacenter.Rename";
          case "ResourcePool" -> "Resource.RenamePool";
          case "ComputeResource", "ClusterComputeResource" -> "Host.Inventory.RenameCluster";
          case "Datastore" -> "Datastore.Rename";
          case "Network" -> "Network.Config";
          case "DistributedVirtualPortgroup" -> "DVPortgroup.Modify";
          case "DistributedVirtualSwitch", "VmwareDistributedVirtualSwitch" -> "DVSwitch.Modify";
          default -> "Folder.Rename";
        });
  }

  private static void destroy(ManagedObject self, Arguments arguments, Needs needs) {
    String privilegeId =
        switch (self.type().name()) {
          case "VirtualMachine" -> DELETE_MACHINE;
          case "VirtualApp" -> "VApp.Delete";
          case "Datacenter" -> "Datacenter.Delete";
          case "ResourcePool" -> "Resource.DeletePool";
          case "HostSystem" -> "Host.Inventory.RemoveHostFromCluster";
          case "ComputeResource", "ClusterComputeResource" -> "Host.Inventory.DeleteCluster";
          case "Datastore" -> "Datastore.Delete";
          case "Network" -> "Network.Delete";
          case "DistributedVirtualPortgroup" -> "DVPortgroup.Delete";
          case "DistributedVirtualSwitch", "VmwareDistributedVirtualSwitch" -> "DVSwitch.Delete";
          default -> "Folder.Delete";
        };
    needs.on(self, privilegeId);
    onParent(self, privilegeId, needs);
    if (self.type().isA("Folder")) {
      contents(self, needs);
    }
  }

  /** A folder goes with the machines and folders in it, at any depth. */
  private static void contents(ManagedObject folder, Needs needs) {
    Deque<ManagedObject> open = new ArrayDeque<>();
    Set<ManagedObject> seen = new HashSet<>();
    open.add(folder);
    while (!open.isEmpty()) {
      for (ManagedObject child : needs.objectsIn(open.remove().get("childEntity"))) {
        if (child.type().isA("VirtualMachine")) {
          needs.on(child, DELETE_MACHINE);
        } else if (child.type().isA("Folder") && seen.add(child)) {
          needs.on(child, "Folder.Delete");
          open.add(child);
        }
      }
    }
  }

  private static void move(ManagedObject self, Arguments arguments, Needs needs) {
    for (ManagedObject moved : needs.objectsIn(arguments.get("list"))) {
      String privilegeId =
          switch (moved.type().name()) {
            case "VirtualMachine" -> "VirtualMachine.Inventory.Move";
            case "VirtualApp" -> "VApp.Move";
            case "Datacenter" -> "Datacenter.Move";
            case "HostSystem" -> "Host.Inventory.MoveHost";
            case "ComputeResource", "ClusterComputeResource" -> "Host.Inventory.MoveCluster";
            case "Datastore" -> "Datastore.Move";
            case "Network" -> "Network.Move";
            default -> "Folder.Move";
          };
      needs.on(moved, privilegeId).on(self, privilegeId);
      onParent(moved, privilegeId, needs);
    }
  }

  private static void moveToPool(ManagedObject self, Arguments arguments, Needs needs) {
    for (ManagedObject moved : needs.objectsIn(arguments.get("list"))) {
      if (moved.type().isA("VirtualMachine")) {
        needs.on(self, "Resource.AssignVMToPool");
      } else {
        needs.on(moved, "Resource.MovePool").on(self, "Resource.MovePool");
      }
    }
  }

  private static void editPool(ManagedObject self, Arguments arguments, Needs needs) {
    needs.on(self, "Resource.EditPool");
  }

  private static void cancel(ManagedObject self, Arguments arguments, Needs needs) {
    boolean own =
        self.get("info") instanceof TaskInfo info
            && info.reason instanceof TaskReasonUser user
            && user.userName.equals(needs.session().userName());
    if (!own) {
      needs.on(self, "Global.CancelTask");
    }
  }
}
