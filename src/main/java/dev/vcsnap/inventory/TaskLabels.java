package dev.vcsnap.inventory;

import dev.vcsnap.vim.ElementDescription;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.TaskDescription;
import dev.vcsnap.vim.TaskInfoState;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The keys and labels by which tasks are known to people.
 *
 * <p>A task's {@code descriptionId} is the method's name in the interface's own model, not on the
 * wire: {@code vm.Snapshot.remove} for {@code RemoveSnapshot_Task}. The two cannot be derived from
 * each other, so those in use are listed here.
 */
public final class TaskLabels {

  private record Label(String key, String wireName, String text) {

    /** The managed type in the model, without the {@code vim.} in front. */
    String owner() {
      return key.substring(0, key.lastIndexOf('.'));
    }
  }

  private static final List<Label> LABELS =
      List.of(
          new Label(
              "VirtualMachine.createSnapshot",
              "CreateSnapshot_Task",
              "Create virtual machine snapshot"),
          new Label(
              "VirtualMachine.createSnapshotEx",
              "CreateSnapshotEx_Task",
              "Create virtual machine snapshot"),
          new Label(
              "VirtualMachine.removeAllSnapshots",
              "RemoveAllSnapshots_Task",
              "Remove all snapshots"),
          new Label(
              "VirtualMachine.revertToCurrentSnapshot",
              "RevertToCurrentSnapshot_Task",
              "Revert to current snapshot"),
          new Label(
              "VirtualMachine.consolidateDisks",
              "ConsolidateVMDisks_Task",
              "Consolidate virtual machine disk files"),
          new Label("vm.Snapshot.remove", "RemoveSnapshot_Task", "Remove snapshot"),
          new Label("vm.Snapshot.revert", "RevertToSnapshot_Task", "Revert snapshot"),
          new Label("vm.Snapshot.rename", "RenameSnapshot", "Rename snapshot"),
          new Label("vm.Snapshot.exportSnapshot", "ExportSnapshot", "Export snapshot"),
          new Label("VirtualMachine.powerOn", "PowerOnVM_Task", "Power On virtual machine"),
          new Label("VirtualMachine.powerOff", "PowerOffVM_Task", "Power Off virtual machine"),
          new Label("VirtualMachine.suspend", "SuspendVM_Task", "Suspend virtual machine"),
          new Label("VirtualMachine.reset", "ResetVM_Task", "Reset virtual machine"),
          new Label("VirtualMachine.shutdownGuest", "ShutdownGuest", "Initiate guest OS shutdown"),
          new Label("VirtualMachine.rebootGuest", "RebootGuest", "Initiate guest OS restart"),
          new Label("VirtualMachine.standbyGuest", "StandbyGuest", "Initiate guest OS standby"),
          new Label("VirtualMachine.reconfigure", "ReconfigVM_Task", "Reconfigure virtual machine"),
          new Label("VirtualMachine.clone", "CloneVM_Task", "Clone virtual machine"),
          new Label("VirtualMachine.instantClone", "InstantClone_Task", "Instant clone"),
          new Label("VirtualMachine.relocate", "RelocateVM_Task", "Relocate virtual machine"),
          new Label("VirtualMachine.migrate", "MigrateVM_Task", "Migrate virtual machine"),
          new Label("VirtualMachine.unregister", "UnregisterVM", "Unregister virtual machine"),
          new Label("VirtualMachine.markAsTemplate", "MarkAsTemplate", "Mark as template"),
          new Label(
              "VirtualMachine.markAsVirtualMachine",
              "MarkAsVirtualMachine",
              "Mark as virtual machine"),
          new Label(
              "VirtualMachine.upgradeVirtualHardware",
              "UpgradeVM_Task",
              "Upgrade virtual machine compatibility"),
          new Label("VirtualMachine.answer", "AnswerVM", "Answer virtual machine question"),
          new Label("VirtualMachine.exportVm", "ExportVm", "Export OVF template"),
          new Label("VirtualMachine.customize", "CustomizeVM_Task", "Customize guest OS"),
          new Label("VirtualMachine.reload", "Reload", "Reload virtual machine"),
          new Label(
              "VirtualMachine.queryChangedDiskAreas",
              "QueryChangedDiskAreas",
              "Query changed disk areas"),
          new Label("VirtualMachine.destroy", "Destroy_Task", "Delete virtual machine"),
          new Label("VirtualMachine.rename", "Rename_Task", "Rename virtual machine"),
          new Label("Folder.destroy", "Destroy_Task", "Delete folder"),
          new Label("Folder.rename", "Rename_Task", "Rename folder"),
          new Label("Folder.createVm", "CreateVM_Task", "Create virtual machine"),
          new Label("Folder.registerVm", "RegisterVM_Task", "Register virtual machine"),
          new Label("Folder.moveInto", "MoveIntoFolder_Task", "Move entities"),
          new Label("Folder.createFolder", "CreateFolder", "Create folder"),
          new Label("Folder.createDatacenter", "CreateDatacenter", "Create datacenter"),
          new Label("Datacenter.powerOnVm", "PowerOnMultiVM_Task", "Initialize powering On"),
          new Label("ResourcePool.importVApp", "ImportVApp", "Deploy OVF template"),
          new Label(
              "HttpNfcLease.pullFromUrls", "HttpNfcLeasePullFromUrls_Task", "Pull files from URLs"),
          new Label("host.DatastoreBrowser.search", "SearchDatastore_Task", "Search datastore"),
          new Label(
              "host.DatastoreBrowser.searchSubFolders",
              "SearchDatastoreSubFolders_Task",
              "Search datastore and its subfolders"),
          new Label("FileManager.copyFile", "CopyDatastoreFile_Task", "Copy file"),
          new Label("FileManager.moveFile", "MoveDatastoreFile_Task", "Move file"),
          new Label("FileManager.deleteFile", "DeleteDatastoreFile_Task", "Delete file"),
          new Label("FileManager.makeDirectory", "MakeDirectory", "Create directory"),
          new Label(
              "VirtualDiskManager.createVirtualDisk",
              "CreateVirtualDisk_Task",
              "Create virtual disk"),
          new Label(
              "VirtualDiskManager.copyVirtualDisk", "CopyVirtualDisk_Task", "Copy virtual disk"),
          new Label(
              "VirtualDiskManager.moveVirtualDisk", "MoveVirtualDisk_Task", "Move virtual disk"),
          new Label(
              "VirtualDiskManager.deleteVirtualDisk",
              "DeleteVirtualDisk_Task",
              "Delete virtual disk"),
          new Label(
              "VirtualDiskManager.extendVirtualDisk",
              "ExtendVirtualDisk_Task",
              "Extend virtual disk"),
          new Label(
              "VirtualDiskManager.inflateVirtualDisk",
              "InflateVirtualDisk_Task",
              "Inflate virtual disk"),
          new Label(
              "VirtualDiskManager.shrinkVirtualDisk",
              "ShrinkVirtualDisk_Task",
              "Shrink virtual disk"),
          new Label(
              "VirtualDiskManager.defragmentVirtualDisk",
              "DefragmentVirtualDisk_Task",
              "Defragment virtual disk"),
          new Label(
              "VirtualDiskManager.zeroFillVirtualDisk",
              "ZeroFillVirtualDisk_Task",
              "Zero out virtual disk"));

  private static final Map<String, String> KEY_BY_METHOD = keysByMethod();
  private static final Map<String, String> TEXT_BY_KEY =
      LABELS.stream().collect(Collectors.toUnmodifiableMap(Label::key, Label::text));

  private TaskLabels() {}

  /**
   * The {@code descriptionId} of a method called on an object of that type; made from the wire name
   * where nothing better is known.
   */
  public static String descriptionId(ManagedType type, String wireName) {
    for (ManagedType t = type; t != null; t = t.base()) {
      String key = KEY_BY_METHOD.get(model(t) + " " + wireName);
      if (key != null) {
        return key;
      }
    }
    String bare = wireName.replaceFirst("_Task$", "");
    return model(type) + "." + bare.substring(0, 1).toLowerCase(Locale.ROOT) + bare.substring(1);
  }

  /** The words for a {@code descriptionId}; the id itself where there are none. */
  public static String text(String descriptionId) {
    return TEXT_BY_KEY.getOrDefault(descriptionId, descriptionId);
  }

  /** What {@code TaskManager.description} publishes. */
  static TaskDescription description() {
    var description = new TaskDescription();
    description.methodInfo = LABELS.stream().map(TaskLabels::element).toList();
    description.state = Describe.values(TaskInfoState.values());
    description.reason =
        List.of(
            Describe.type("TaskReasonUser", "Started by a user"),
            Describe.type("TaskReasonSystem", "Started by the server"),
            Describe.type("TaskReasonSchedule", "Started by a scheduled task"),
            Describe.type("TaskReasonAlarm", "Started by an alarm"));
    return description;
  }

  private static ElementDescription element(Label label) {
    return Describe.element(label.key, label.text);
  }

  private static String model(ManagedType type) {
    return type.vmodlName().replaceFirst("^vim\\.", "");
  }

  private static Map<String, String> keysByMethod() {
    Map<String, String> keys = new HashMap<>();
    for (Label label : LABELS) {
      keys.put(label.owner() + " " + label.wireName, label.key);
    }
    return Map.copyOf(keys);
  }
}
