package dev.vcsnap.rights;

import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Vim25;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every privilege that there is: those that the interface table asks for, so that a client never
 * meets one in a fault that is missing from the list, and those that single members of a
 * specification ask for, which the table has no place for.
 */
public final class PrivilegeCatalog {

  /** To know that an object exists, and its name. */
  public static final String VIEW = "System.View";

  /** To read what the interface names no privilege for. */
  public static final String READ = "System.Read";

  /** What everybody has, logged in or not. */
  public static final String ANONYMOUS = "System.Anonymous";

  private static final String MACHINE = "VirtualMachine.";
  private static final String TAGGING = "InventoryService.Tagging.";

  private static final List<String> BEYOND_THE_TABLE =
      List.of(
          VIEW,
          READ,
          ANONYMOUS,
          "Cryptographer.Access",
          "Cryptographer.Clone",
          "Cryptographer.Encrypt",
          "Cryptographer.EncryptNew",
          "Cryptographer.Decrypt",
          "Cryptographer.Migrate",
          "Datacenter.Create",
          "Datacenter.Delete",
          "Datacenter.Move",
          "Datacenter.Rename",
          "DVPortgroup.Delete",
          "DVPortgroup.Modify",
          "DVSwitch.Delete",
          "DVSwitch.Modify",
          "Datastore.AllocateSpace",
          "Datastore.Browse",
          "Datastore.DeleteFile",
          "Datastore.FileManagement",
          "Datastore.Move",
          "Folder.Create",
          "Folder.Delete",
          "Folder.Move",
          "Folder.Rename",
          "Global.CancelTask",
          "Host.Config.Storage",
          "Host.Inventory.DeleteCluster",
          "Host.Inventory.MoveCluster",
          "Host.Inventory.MoveHost",
          "Host.Inventory.RemoveHostFromCluster",
          "Host.Inventory.RenameCluster",
          TAGGING + "AttachTag",
          TAGGING + "CreateCategory",
          TAGGING + "CreateTag",
          TAGGING + "DeleteCategory",
          TAGGING + "DeleteTag",
          TAGGING + "EditCategory",
          TAGGING + "EditTag",
          "Network.Assign",
          "Network.Config",
          "Network.Delete",
          "Network.Move",
          "Resource.AssignVMToPool",
          "Resource.ColdMigrate",
          "Resource.DeletePool",
          "Resource.EditPool",
          "Resource.HotMigrate",
          "Resource.MovePool",
          "Resource.RenamePool",
          "VApp.AssignVM",
          "VApp.Delete",
          "VApp.Export",
          "VApp.Move",
          "VApp.PullFromUrls",
          "VApp.Rename",
          MACHINE + "Config.AddExistingDisk",
          MACHINE + "Config.AddNewDisk",
          MACHINE + "Config.AddRemoveDevice",
          MACHINE + "Config.AdvancedConfig",
          MACHINE + "Config.Annotation",
          MACHINE + "Config.CPUCount",
          MACHINE + "Config.ChangeTracking",
          MACHINE + "Config.DiskExtend",
          MACHINE + "Config.DiskLease",
          MACHINE + "Config.EditDevice",
          MACHINE + "Config.HostUSBDevice",
          MACHINE + "Config.ManagedBy",
          MACHINE + "Config.Memory",
          MACHINE + "Config.MksControl",
          MACHINE + "Config.RawDevice",
          MACHINE + "Config.RemoveDisk",
          MACHINE + "Config.Rename",
          MACHINE + "Config.Resource",
          MACHINE + "Config.Settings",
          MACHINE + "Config.SwapPlacement",
          MACHINE + "Interact.DeviceConnection",
          MACHINE + "Interact.SetCDMedia",
          MACHINE + "Interact.SetFloppyMedia",
          MACHINE + "Inventory.Create",
          MACHINE + "Inventory.CreateFromExisting",
          MACHINE + "Inventory.Delete",
          MACHINE + "Inventory.Move",
          MACHINE + "Inventory.Register",
          MACHINE + "Inventory.Unregister",
          MACHINE + "Provisioning.Clone",
          MACHINE + "Provisioning.CloneTemplate",
          MACHINE + "Provisioning.CreateTemplateFromVM",
          MACHINE + "Provisioning.Customize",
          MACHINE + "Provisioning.DeployTemplate",
          MACHINE + "Provisioning.DiskRandomAccess",
          MACHINE + "Provisioning.DiskRandomRead",
          MACHINE + "Provisioning.FileRandomAccess",
          MACHINE + "Provisioning.GetVmFiles",
          MACHINE + "Provisioning.PutVmFiles");

  private @Nullable NavigableSet<String> made;

  /** All ids in their order. Made when first asked for, since that takes the whole table. */
  public synchronized NavigableSet<String> ids() {
    NavigableSet<String> ids = made;
    if (ids == null) {
      ids = new TreeSet<>(BEYOND_THE_TABLE);
      Vim25.allManaged().flatMap(PrivilegeCatalog::named).forEach(ids::add);
      ids.remove("");
      ids = Collections.unmodifiableNavigableSet(ids);
      made = ids;
    }
    return ids;
  }

  private static Stream<String> named(ManagedType type) {
    return Stream.concat(
        type.properties().values().stream().map(property -> property.privilege()),
        type.methods().values().stream()
            .flatMap(method ->
                Stream.concat(
                    Stream.of(method.privilege()),
                    method.parameters().stream().map(parameter -> parameter.privilege()))));
  }
}
