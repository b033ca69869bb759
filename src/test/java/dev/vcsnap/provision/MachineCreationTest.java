package dev.vcsnap.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.DuplicateName;
import dev.vcsnap.vim.FileAlreadyExists;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidDatastore;
import dev.vcsnap.vim.InvalidDeviceSpec;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.InvalidVmConfig;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineCreationTest {

  @TempDir Path root;

  @Test
  void a_new_machine_has_its_files_its_devices_and_its_place() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create(ProvisionLab.spec("VM", "[ds]", 2));
      assertThat(lab.files("VM"))
          .containsExactly(
              "VM-flat.vmdk",
              "VM.nvram",
              "VM.vmdk",
              "VM.vmsd",
              "VM.vmx",
              "VM_1-flat.vmdk",
              "VM_1.vmdk");
      assertThat(machine.power()).isEqualTo(VirtualMachinePowerState.poweredOff);
      var config = (VirtualMachineConfigInfo) machine.object().get("config");
      assertThat(config.name).isEqualTo("VM");
      assertThat(config.guestId).isEqualTo("debian12_64Guest");
      assertThat(config.hardware.numCPU).isEqualTo(2);
      assertThat(config.hardware.memoryMB).isEqualTo(1024);
      assertThat(config.files.vmPathName).isEqualTo("[ds] VM/VM.vmx");
      assertThat(config.hardware.device).extracting(device -> device.key).contains(2000, 2001);
      assertThat(lab.tree.inventoryPath(machine.object())).isEqualTo("/DC0/vm/VM");
      assertThat((List<?>) lab.objects.find(lab.pool()).get("vm"))
          .isEqualTo(List.of(machine.reference()));
      assertThat(lab.registered()).containsExactly(machine.files().vmxPath());
      ProvisionLab.write(machine, 0, 4096, 7);
      lab.snapshot(machine, "first");
    }
  }

  @Test
  void two_machines_of_one_name_share_neither_folder_nor_identity() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine first = lab.create("VM");
      lab.provision.unregister(first.object());
      VirtualMachine second = lab.create("VM");
      assertThat(lab.directories()).containsExactly("VM", "VM_1");
      assertThat(second.files().vmxPath()).hasToString("[ds] VM_1/VM.vmx");
      for (String key : List.of("uuid.bios", "vc.uuid")) {
        assertThat(second.vmx().get(key)).isNotEqualTo(first.vmx().get(key));
      }
    }
  }

  @Test
  void the_client_may_choose_identity_and_file() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachineConfigSpec spec = ProvisionLab.spec("a%2fb", "[ds] deep/er/x.vmx", 0);
      spec.uuid = "564D7A2C-0000-1111-2222-333344445555";
      spec.instanceUuid = "50220011-0000-1111-2222-333344445555";
      spec.version = "vmx-14";
      spec.firmware = "efi";
      VirtualMachine machine = lab.create(spec);
      var config = (VirtualMachineConfigInfo) machine.object().get("config");
      assertThat(config.uuid).isEqualToIgnoringCase(spec.uuid);
      assertThat(config.instanceUuid).isEqualTo(spec.instanceUuid);
      assertThat(config.version).isEqualTo("vmx-14");
      assertThat(config.firmware).isEqualTo("efi");
      assertThat(lab.files("deep/er")).containsExactly("x.nvram", "x.vmsd", "x.vmx");
      assertThat(lab.create("c%2fd:e").files().vmxPath()).hasToString("[ds] c_d_e/c_d_e.vmx");
    }
  }

  @Test
  void a_machine_with_a_bios_has_nothing_about_it_in_its_file() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachineConfigSpec spec = ProvisionLab.spec("VM", "[ds]", 0);
      spec.firmware = "bios";
      VirtualMachine machine = lab.create(spec);
      assertThat(machine.vmx().get("firmware")).isEmpty();
      assertThat(((VirtualMachineConfigInfo) machine.object().get("config")).firmware)
          .isEqualTo("bios");
    }
  }

  @Test
  void what_cannot_be_made_is_refused_and_leaves_nothing() {
    try (var lab = new ProvisionLab(root)) {
      lab.create("VM");
      assertThat(refused(() -> lab.create("VM"))).isInstanceOf(DuplicateName.class);
      assertThat(refused(() -> lab.create("x".repeat(81)))).isInstanceOf(InvalidName.class);
      assertThat(refused(() -> lab.create(ProvisionLab.spec("", "[ds]", 0))))
          .isInstanceOf(InvalidVmConfig.class);
      assertThat(refused(() -> lab.create(ProvisionLab.spec("B", "", 0))))
          .isInstanceOf(InvalidVmConfig.class);
      assertThat(refused(() -> lab.create(ProvisionLab.spec("B", "[other]", 0))))
          .isInstanceOf(InvalidDatastore.class);
      assertThat(refused(() -> lab.create(ProvisionLab.spec("B", "[ds] VM/VM.vmx", 0))))
          .isInstanceOf(FileAlreadyExists.class);
      VirtualMachineConfigSpec guest = ProvisionLab.spec("B", "[ds]", 1);
      guest.guestId = "noSuchGuest";
      assertThat(refused(() -> lab.create(guest))).isInstanceOf(InvalidArgument.class);
      VirtualMachineConfigSpec disk = ProvisionLab.spec("B", "[ds]", 2);
      disk.deviceChange.get(2).device.unitNumber = 7;
      assertThat(refused(() -> lab.create(disk))).isInstanceOf(InvalidDeviceSpec.class);
      VirtualMachineConfigSpec version = ProvisionLab.spec("B", "[ds]", 0);
      version.version = "vmx-99";
      assertThat(refused(() -> lab.create(version))).isInstanceOf(InvalidArgument.class);
      assertThat(lab.directories()).containsExactly("VM");
      assertThat(lab.machines.all()).hasSize(1);
      assertThat(
              refused(() ->
                  lab.provision.create(
                      lab.tree.root(), ProvisionLab.spec("B", "[ds]", 0), lab.pool(), null)))
          .isInstanceOf(NotSupported.class);
      assertThat(
              refused(() ->
                  lab.provision.create(
                      lab.folder(),
                      ProvisionLab.spec("B", "[ds]", 0),
                      lab.pool(),
                      lab.tree.hostNamed("DC0_C0_H0").orElseThrow().reference())))
          .isInstanceOf(InvalidArgument.class);
    }
  }

  @Test
  void the_files_of_others_stay_when_a_machine_in_their_folder_cannot_be_made() throws Exception {
    try (var lab = new ProvisionLab(root)) {
      Path theirs = root.resolve("shared/notes.txt");
      Files.createDirectories(theirs.getParent());
      Files.writeString(theirs, "mine");
      VirtualMachineConfigSpec spec = ProvisionLab.spec("B", "[ds] shared/B.vmx", 1);
      spec.guestId = "noSuchGuest";
      assertThat(refused(() -> lab.create(spec))).isInstanceOf(InvalidArgument.class);
      assertThat(lab.files("shared")).containsExactly("notes.txt");
    }
  }

  static MethodFault refused(ThrowingCallable call) {
    VimException refused = catchThrowableOfType(VimException.class, call);
    assertThat(refused).as("a refusal").isNotNull();
    return refused.fault();
  }

  static BlockError.Kind failed(ThrowingCallable call) {
    BlockError failed = catchThrowableOfType(BlockError.class, call);
    assertThat(failed).as("a failure").isNotNull();
    return failed.kind();
  }
}
