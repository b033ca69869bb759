package dev.vcsnap.call;

import dev.vcsnap.vim.VslmCloneSpec;
import dev.vcsnap.vim.VslmCreateSpec;
import java.util.List;

/**
 * What methods on files and virtual disks ask for: the right to manage files on each datastore that
 * they name, or to browse it.
 */
final class FilePrivileges implements MethodTable.Contributor {

  private static final String MANAGE = "Datastore.FileManagement";

  private static final List<String> DISK_METHODS =
      List.of(
          "CreateVirtualDisk_Task",
          "DeleteVirtualDisk_Task",
          "ExtendVirtualDisk_Task",
          "QueryVirtualDiskFragmentation",
          "DefragmentVirtualDisk_Task",
          "ShrinkVirtualDisk_Task",
          "InflateVirtualDisk_Task",
          "EagerZeroVirtualDisk_Task",
          "ZeroFillVirtualDisk_Task",
          "SetVirtualDiskUuid",
          "QueryVirtualDiskUuid",
          "QueryVirtualDiskGeometry");

  /** Those whose datastore the interface table names no privilege for. */
  private static final List<String> FIRST_CLASS_DISK_METHODS =
      List.of(
          "ExtendDisk_Task",
          "InflateDisk_Task",
          "RenameVStorageObject",
          "RelocateVStorageObject_Task",
          "VStorageObjectCreateSnapshot_Task",
          "DeleteSnapshot_Task",
          "CreateDiskFromSnapshot_Task",
          "RevertVStorageObject_Task",
          "DeleteVStorageObjectEx_Task");

  private final DatastoreNames datastores;

  FilePrivileges(DatastoreNames datastores) {
    this.datastores = datastores;
  }

  @Override
  public void contribute(MethodTable table) {
    for (String method : List.of("MoveDatastoreFile_Task", "CopyDatastoreFile_Task")) {
      table.asks("FileManager", method, named(MANAGE, "sourceName", "destinationName"));
    }
    for (String method : List.of("DeleteDatastoreFile_Task", "MakeDirectory", "ChangeOwner")) {
      table.asks("FileManager", method, named(MANAGE, "name"));
    }
    for (String method : List.of("MoveVirtualDisk_Task", "CopyVirtualDisk_Task")) {
      table.asks("VirtualDiskManager", method, named(MANAGE, "sourceName", "destName"));
    }
    for (String method : DISK_METHODS) {
      table.asks("VirtualDiskManager", method, named(MANAGE, "name"));
    }
    for (String method : List.of("SearchDatastore_Task", "SearchDatastoreSubFolders_Task")) {
      table.asks("HostDatastoreBrowser", method, named("Datastore.Browse", "datastorePath"));
    }
    for (String method : FIRST_CLASS_DISK_METHODS) {
      table.asks(
          "VcenterVStorageObjectManager",
          method,
          (self, arguments, needs) -> needs.on(arguments.optionalReference("datastore"), MANAGE));
    }
    table.asks("VcenterVStorageObjectManager", "RegisterDisk", named(MANAGE, "path"));
    table.asks(
        "VcenterVStorageObjectManager",
        "CreateDisk_Task",
        (self, arguments, needs) -> {
          var spec = arguments.optionalData("spec", VslmCreateSpec.class);
          if (spec != null && spec.backingSpec != null) {
            needs.on(spec.backingSpec.datastore, MANAGE);
          }
        });
    table.asks(
        "VcenterVStorageObjectManager",
        "CloneVStorageObject_Task",
        (self, arguments, needs) -> {
          needs.on(arguments.optionalReference("datastore"), MANAGE);
          var spec = arguments.optionalData("spec", VslmCloneSpec.class);
          if (spec != null && spec.backingSpec != null) {
            needs.on(spec.backingSpec.datastore, MANAGE);
          }
        });
  }

  private PrivilegeRule named(String privilegeId, String... parameters) {
    return (self, arguments, needs) -> {
      for (String parameter : parameters) {
        needs.on(datastores.of(arguments.optionalString(parameter)), privilegeId);
      }
    };
  }
}
