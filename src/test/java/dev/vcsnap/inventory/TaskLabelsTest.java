package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.vim.ElementDescription;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.TaskDescription;
import dev.vcsnap.vim.Vim25;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskLabelsTest {

  @ParameterizedTest
  @CsvSource({
    "VirtualMachine,CreateSnapshot_Task,VirtualMachine.createSnapshot",
    "VirtualMachine,CreateSnapshotEx_Task,VirtualMachine.createSnapshotEx",
    "VirtualMachine,RemoveAllSnapshots_Task,VirtualMachine.removeAllSnapshots",
    "VirtualMachine,RevertToCurrentSnapshot_Task,VirtualMachine.revertToCurrentSnapshot",
    "VirtualMachine,ConsolidateVMDisks_Task,VirtualMachine.consolidateDisks",
    "VirtualMachine,ReconfigVM_Task,VirtualMachine.reconfigure",
    "VirtualMachine,PowerOnVM_Task,VirtualMachine.powerOn",
    "VirtualMachine,Destroy_Task,VirtualMachine.destroy",
    "Datastore,Destroy_Task,Datastore.destroy",
    "VirtualMachineSnapshot,RemoveSnapshot_Task,vm.Snapshot.remove",
    "VirtualMachineSnapshot,RevertToSnapshot_Task,vm.Snapshot.revert",
    "VirtualMachineSnapshot,RenameSnapshot,vm.Snapshot.rename",
    "VirtualMachineSnapshot,ExportSnapshot,vm.Snapshot.exportSnapshot",
    "HostDatastoreBrowser,SearchDatastore_Task,host.DatastoreBrowser.search",
    "Folder,CreateVM_Task,Folder.createVm",
    "VirtualMachine,MountToolsInstaller,VirtualMachine.mountToolsInstaller",
  })
  void aTaskIsDescribedByTheModelsName(String type, String wireName, String expected) {
    assertThat(TaskLabels.descriptionId(Vim25.managed(type), wireName)).isEqualTo(expected);
  }

  @Test
  @Rule(
      value = "D2",
      says =
          "The methods of a snapshot itself are described as vm.Snapshot.remove and so on, with the"
              + " labels that clients show.",
      by = Witness.OBSERVED)
  void snapshotTasksHaveTheLabelsThatPeopleKnow() {
    Map<String, String> labels =
        TaskLabels.description().methodInfo.stream()
            .collect(Collectors.toMap(element -> element.key, element -> element.label));
    assertThat(labels)
        .containsEntry("VirtualMachine.createSnapshot", "Create virtual machine snapshot")
        .containsEntry("vm.Snapshot.remove", "Remove snapshot")
        .containsEntry("vm.Snapshot.revert", "Revert snapshot")
        .containsEntry("VirtualMachine.removeAllSnapshots", "Remove all snapshots")
        .containsEntry("VirtualMachine.consolidateDisks", "Consolidate virtual machine disk files");
  }

  @Test
  void everyLabelIsOfAMethodThatTheInterfaceHas() {
    Map<String, ManagedType> byModelName =
        Vim25.allManaged()
            .collect(
                Collectors.toMap(
                    type -> type.vmodlName().replaceFirst("^vim\\.", ""),
                    type -> type,
                    (a, b) -> a));
    for (ElementDescription element : TaskLabels.description().methodInfo) {
      String owner = element.key.substring(0, element.key.lastIndexOf('.'));
      ManagedType type = byModelName.get(owner);
      assertThat(type).as(owner).isNotNull();
      List<String> methods =
          type.methods().keySet().stream()
              .filter(method -> TaskLabels.descriptionId(type, method).equals(element.key))
              .toList();
      assertThat(methods).as(element.key).hasSize(1);
    }
  }

  @Test
  void statesAndReasonsAreDescribed() {
    TaskDescription description = TaskLabels.description();
    assertThat(description.state)
        .extracting(element -> element.key)
        .containsExactly("queued", "running", "success", "error");
    assertThat(description.reason)
        .extracting(type -> type.key)
        .allSatisfy(key -> assertThat(Vim25.data(key)).isNotNull());
  }
}
