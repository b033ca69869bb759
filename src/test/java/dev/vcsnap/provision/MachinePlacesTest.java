package dev.vcsnap.provision;

import static dev.vcsnap.provision.MachineCreationTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.ConcurrentAccess;
import dev.vcsnap.vim.DuplicateName;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidFolder;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.InvalidPowerState;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.TaskInProgress;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import dev.vcsnap.vim.VirtualMachineRelocateTransformation;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachinePlacesTest {

  @TempDir Path root;

  @Test
  void a_template_has_no_pool_and_never_runs_and_becomes_a_machine_again() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      ProvisionLab.write(machine, 0, 4096, 5);
      lab.provision.markAsTemplate(machine);
      assertThat(config(machine).template).isTrue();
      assertThat(config(machine).files.vmPathName).isEqualTo("[ds] VM/VM.vmtx");
      assertThat(machine.object().get("resourcePool")).isNull();
      assertThat((List<?>) lab.objects.find(lab.pool()).get("vm")).isEmpty();
      assertThat(lab.files("VM")).contains("VM.vmtx").doesNotContain("VM.vmx");
      assertThat(lab.registered()).containsExactly(machine.files().vmxPath());
      assertThat(refused(() -> lab.power.powerOn(machine))).isInstanceOf(NotSupported.class);
      assertThat(refused(() -> lab.provision.markAsTemplate(machine)))
          .isInstanceOf(InvalidState.class);

      assertThat(refused(() -> deploy(lab, machine, null))).isInstanceOf(InvalidArgument.class);
      VirtualMachine deployed = deploy(lab, machine, lab.pool());
      assertThat(config(deployed).template).isFalse();
      assertThat(ProvisionLab.byteAt(deployed, 0)).isEqualTo(5);

      lab.provision.markAsMachine(machine, lab.pool(), null);
      assertThat(config(machine).template).isFalse();
      assertThat(machine.object().get("resourcePool")).isEqualTo(lab.pool());
      lab.power.powerOn(machine);
      assertThat(refused(() -> lab.provision.markAsTemplate(machine)))
          .isInstanceOf(InvalidPowerState.class);
    }
  }

  @Test
  @Rule(
      value = "C2",
      says = "Tracking that was asked for begins when a running machine moves to another host.",
      by = Witness.DOCUMENT)
  void tracking_that_waits_begins_with_a_migration() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      lab.power.powerOn(machine);
      var tracking = new VirtualMachineConfigSpec();
      tracking.changeTrackingEnabled = true;
      lab.reconfigure.reconfigure(machine, tracking);
      assertThat(machine.disk(ProvisionLab.NODE).tracked()).isFalse();
      var spec = new VirtualMachineRelocateSpec();
      spec.host = lab.tree.hostNamed("DC0_C0_H1").orElseThrow().reference();
      lab.provision.relocate(machine, spec).run(percent -> {});
      assertThat(machine.disk(ProvisionLab.NODE).tracked()).isTrue();
    }
  }

  @Test
  void a_template_is_cloned_to_a_template_and_registered_as_one() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      VirtualMachineCloneSpec spec = cloneSpec(null);
      spec.template = true;
      VirtualMachine template =
          lab.machine(
              lab.provision
                  .clone(machine, lab.folder().reference(), "Golden", spec)
                  .run(percent -> {}));
      assertThat(config(template).template).isTrue();
      assertThat(lab.files("Golden")).contains("Golden.vmtx").doesNotContain("Golden.vmx");
      lab.provision.unregister(template.object());
      ManagedObjectReference host = lab.tree.defaultHost().reference();
      VirtualMachine again =
          lab.machine(
              lab.provision
                  .register(lab.folder(), "[ds] Golden/Golden.vmtx", null, true, null, host)
                  .run(percent -> {}));
      assertThat(config(again).template).isTrue();
      assertThat(
              refused(() ->
                  lab.provision.register(
                      lab.folder(), "[ds] Golden/Golden.vmtx", null, true, lab.pool(), host)))
          .isInstanceOf(InvalidArgument.class);
      lab.provision.destroy(again.object(), percent -> {});
      assertThat(lab.directories()).containsExactly("VM");
    }
  }

  @Test
  void a_configuration_is_found_though_it_was_renamed_at_the_end() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      DatastorePath before = machine.files().vmxPath();
      lab.provision.markAsTemplate(machine);
      assertThat(VmDirectory.find(lab.datastore, before).vmxPath())
          .isEqualTo(machine.files().vmxPath());
    }
  }

  @Test
  void a_machine_moves_to_another_host_and_pool_and_back() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      ProvisionLab.write(machine, 0, 4096, 5);
      ManagedObject cluster = lab.tree.hostNamed("DC0_C0_H1").orElseThrow();
      var spec = new VirtualMachineRelocateSpec();
      spec.host = cluster.reference();
      lab.provision.relocate(machine, spec).run(percent -> {});
      assertThat(((VirtualMachineRuntimeInfo) machine.object().get("runtime")).host)
          .isEqualTo(cluster.reference());
      assertThat(machine.object().get("resourcePool"))
          .isEqualTo(lab.tree.poolOf(cluster).reference());
      assertThat((List<?>) cluster.get("vm")).isEqualTo(List.of(machine.reference()));
      assertThat((List<?>) lab.tree.defaultHost().get("vm")).isEmpty();
      assertThat(lab.registrations.machines().getFirst().host()).isEqualTo(cluster.id());
      assertThat(ProvisionLab.byteAt(machine, 0)).isEqualTo(5);

      var back = new VirtualMachineRelocateSpec();
      back.pool = lab.pool();
      lab.provision.relocate(machine, back).run(percent -> {});
      assertThat(machine.placement().host()).isEqualTo(lab.tree.defaultHost().reference());

      var wrong = new VirtualMachineRelocateSpec();
      wrong.pool = lab.pool();
      wrong.host = cluster.reference();
      assertThat(refused(() -> lab.provision.relocate(machine, wrong)))
          .isInstanceOf(InvalidArgument.class);
      var transformed = new VirtualMachineRelocateSpec();
      transformed.transform = VirtualMachineRelocateTransformation.flat;
      assertThat(refused(() -> lab.provision.relocate(machine, transformed)))
          .isInstanceOf(NotSupported.class);
    }
  }

  @Test
  void folders_are_made_filled_renamed_and_removed_with_what_is_in_them() {
    try (var lab = new ProvisionLab(root)) {
      ManagedObject outer = folder(lab, lab.folder(), "outer");
      ManagedObject inner = folder(lab, outer, "in%2fner");
      VirtualMachine machine = lab.create("VM");
      assertThat(refused(() -> lab.folders.create(lab.folder(), "VM")))
          .isInstanceOf(DuplicateName.class);
      assertThat(refused(() -> lab.folders.create(lab.folder(), " ")))
          .isInstanceOf(InvalidName.class);
      assertThat(refused(() -> lab.folders.create(lab.tree.root(), "x")))
          .isInstanceOf(NotSupported.class);

      lab.folders.moveInto(inner, List.of(machine.object()), percent -> {});
      assertThat(lab.tree.inventoryPath(machine.object())).isEqualTo("/DC0/vm/outer/in%2fner/VM");
      assertThat(machine.object().get("parent")).isEqualTo(inner.reference());
      assertThat(lab.registrations.machines().getFirst().folder()).isEqualTo(inner.id());
      assertThat(refused(() -> lab.folders.moveInto(inner, List.of(outer), percent -> {})))
          .isInstanceOf(InvalidFolder.class);
      lab.folders.moveInto(lab.folder(), List.of(inner), percent -> {});
      assertThat(lab.tree.inventoryPath(inner)).isEqualTo("/DC0/vm/in%2fner");
      assertThat((List<?>) outer.get("childEntity")).isEmpty();

      lab.folders.rename(outer, "renamed");
      assertThat(outer.get("name")).isEqualTo("renamed");
      assertThat(refused(() -> lab.folders.rename(inner, "renamed")))
          .isInstanceOf(DuplicateName.class);
      assertThat(refused(() -> lab.folders.rename(lab.folder(), "mine")))
          .isInstanceOf(NotSupported.class);
      assertThat(lab.registrations.folders())
          .extracting(folder -> folder.name())
          .containsExactlyInAnyOrder("renamed", "in%2fner");

      lab.power.powerOn(machine);
      assertThat(refused(() -> lab.folders.machinesToDelete(inner)))
          .isInstanceOf(InvalidPowerState.class);
      lab.power.powerOff(machine);
      lab.folders
          .machinesToDelete(inner)
          .forEach(gone -> lab.provision.destroy(gone, percent -> {}));
      lab.folders.remove(inner);
      lab.folders.remove(outer);
      assertThat((List<?>) lab.folder().get("childEntity")).isEmpty();
      assertThat(lab.registrations.folders()).isEmpty();
      assertThat(lab.directories()).isEmpty();
    }
  }

  @Test
  void a_machine_that_another_operation_has_stays_in_its_folder() {
    try (var lab = new ProvisionLab(root)) {
      ManagedObject folder = folder(lab, lab.folder(), "F");
      VirtualMachine machine = lab.create("VM");
      var destroying = new TaskRequest(machine.object(), "Destroy_Task", "x", "user");
      lab.tasks.runNow(
          destroying,
          progress -> {
            lab.provision.destroy(machine.object(), progress);
            var moving = new TaskRequest(folder, "MoveIntoFolder_Task", "x", "user");
            assertThat(
                    refused(() ->
                        lab.tasks.runNow(
                            moving,
                            own -> {
                              lab.folders.moveInto(folder, List.of(machine.object()), own);
                              return null;
                            })))
                .isInstanceOf(TaskInProgress.class);
            return null;
          });
      assertThat(lab.registered()).isEmpty();
    }
  }

  @Test
  void a_folder_is_not_removed_while_something_comes_into_it_and_takes_nothing_in_afterwards() {
    try (var lab = new ProvisionLab(root)) {
      ManagedObject folder = lab.objects.find(lab.folders.create(lab.folder(), "F"));
      List<Object> refusals = new ArrayList<>();
      var spec = ProvisionLab.spec("VM", "[ds]", 1);
      Object machine =
          lab.provision
              .create(folder, spec, lab.pool(), null)
              .run(percent -> refusals.add(refused(() -> lab.folders.remove(folder))));
      assertThat(refusals).isNotEmpty().allMatch(ConcurrentAccess.class::isInstance);

      lab.provision.destroy(lab.machine(machine).object(), percent -> {});
      lab.folders.remove(folder);
      assertThat(refused(() -> lab.folders.create(folder, "late")))
          .isInstanceOf(ManagedObjectNotFound.class);
      assertThat(refused(() -> lab.provision.create(folder, spec, lab.pool(), null).run(p -> {})))
          .isInstanceOf(ManagedObjectNotFound.class);
      assertThat(lab.registrations.folders()).isEmpty();
    }
  }

  @Test
  void a_machine_takes_a_free_name_and_keeps_its_files() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      lab.create("Other");
      assertThat(refused(() -> lab.provision.rename(machine, "Other")))
          .isInstanceOf(DuplicateName.class);
      lab.provision.rename(machine, "New");
      assertThat(machine.object().get("name")).isEqualTo("New");
      assertThat(lab.files("VM")).contains("VM.vmx");
      lab.create("VM");
      assertThat(lab.directories()).containsExactlyInAnyOrder("VM", "VM_1", "Other");
    }
  }

  private static ManagedObject folder(ProvisionLab lab, ManagedObject parent, String name) {
    return lab.objects.find(lab.folders.create(parent, name));
  }

  private static VirtualMachine deploy(
      ProvisionLab lab, VirtualMachine template, ManagedObjectReference pool) {
    return lab.machine(
        lab.provision
            .clone(template, lab.folder().reference(), "Deployed", cloneSpec(pool))
            .run(percent -> {}));
  }

  private static VirtualMachineCloneSpec cloneSpec(ManagedObjectReference pool) {
    var spec = new VirtualMachineCloneSpec();
    spec.location = new VirtualMachineRelocateSpec();
    spec.location.pool = pool;
    spec.template = false;
    spec.powerOn = false;
    return spec;
  }

  private static VirtualMachineConfigInfo config(VirtualMachine machine) {
    return (VirtualMachineConfigInfo) machine.object().get("config");
  }
}
