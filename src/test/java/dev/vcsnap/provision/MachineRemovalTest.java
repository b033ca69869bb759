package dev.vcsnap.provision;

import static dev.vcsnap.provision.MachineCreationTest.failed;
import static dev.vcsnap.provision.MachineCreationTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.FcdCatalog;
import dev.vcsnap.datastore.FcdRecord;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.AlreadyExists;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidDatastore;
import dev.vcsnap.vim.InvalidDatastorePath;
import dev.vcsnap.vim.InvalidPowerState;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineRemovalTest {

  @TempDir Path root;

  @Test
  void a_machine_that_was_forgotten_comes_back_with_its_snapshots_and_its_identity() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      ProvisionLab.write(machine, 0, 4096, 1);
      int first = lab.snapshot(machine, "first");
      ProvisionLab.write(machine, 0, 4096, 2);
      lab.snapshot(machine, "second");
      ProvisionLab.write(machine, 0, 4096, 3);
      String uuid = config(machine).instanceUuid;
      lab.provision.unregister(machine.object());
      assertThat(lab.objects.find(machine.reference())).isNull();
      assertThat(lab.objects.find(machine.snapshotId(first))).isNull();
      assertThat(lab.registered()).isEmpty();
      assertThat((List<?>) lab.folder().get("childEntity")).isEmpty();

      VirtualMachine back = lab.register("[ds] VM/VM.vmx");
      assertThat(config(back).instanceUuid).isEqualTo(uuid);
      assertThat(ProvisionLab.byteAt(back, 0)).isEqualTo(3);
      var tree = (VirtualMachineSnapshotInfo) back.object().get("snapshot");
      assertThat(tree.rootSnapshotList.getFirst().childSnapshotList).hasSize(1);
      lab.snapshots.revert(back, first, false, percent -> {});
      assertThat(ProvisionLab.byteAt(back, 0)).isEqualTo(1);
    }
  }

  @Test
  void a_registration_names_the_machine_or_is_refused() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      assertThat(refused(() -> lab.register("[ds] VM/VM.vmx"))).isInstanceOf(AlreadyExists.class);
      lab.provision.unregister(machine.object());
      assertThat(refused(() -> lab.register("[ds] VM/other.vmx"))).isInstanceOf(NotFound.class);
      assertThat(refused(() -> lab.register("[ds] VM"))).isInstanceOf(InvalidDatastorePath.class);
      assertThat(refused(() -> lab.register("[xy] VM/VM.vmx")))
          .isInstanceOf(InvalidDatastore.class);
      assertThat(refused(() -> lab.register(""))).isInstanceOf(InvalidArgument.class);
      assertThat(
              refused(() ->
                  lab.provision.register(lab.folder(), "[ds] VM/VM.vmx", null, false, null, null)))
          .isInstanceOf(InvalidArgument.class);
      VirtualMachine renamed =
          lab.machine(
              lab.provision
                  .register(lab.folder(), "[ds] VM/VM.vmx", "Other", false, lab.pool(), null)
                  .run(percent -> {}));
      assertThat(renamed.object().get("name")).isEqualTo("Other");
      assertThat(lab.files("VM")).contains("VM.vmx");
    }
  }

  @Test
  void a_machine_that_runs_stays() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      lab.power.powerOn(machine);
      assertThat(refused(() -> lab.provision.unregister(machine.object())))
          .isInstanceOf(InvalidPowerState.class);
      assertThat(refused(() -> lab.provision.destroy(machine.object(), percent -> {})))
          .isInstanceOf(InvalidPowerState.class);
      assertThat(lab.objects.find(machine.reference())).isNotNull();
    }
  }

  @Test
  void a_deleted_machine_takes_its_own_files_along_and_no_other() throws Exception {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create(ProvisionLab.spec("VM", "[ds]", 2));
      ProvisionLab.write(machine, 0, 4096, 1);
      int first = lab.snapshot(machine, "first");
      lab.snapshot(machine, "second");
      lab.snapshots.revert(machine, first, false, percent -> {});
      Files.writeString(root.resolve("VM/notes.txt"), "somebody's");
      lab.provision.destroy(machine.object(), percent -> {});
      assertThat(lab.files("VM")).containsExactly("notes.txt");
      assertThat(lab.objects.find(machine.reference())).isNull();

      VirtualMachine other = lab.create("Other");
      lab.snapshot(other, "first");
      lab.provision.destroy(other.object(), percent -> {});
      assertThat(lab.directories()).containsExactly("VM");
      assertThat(lab.registered()).isEmpty();
    }
  }

  @Test
  void a_machine_stays_whole_while_somebody_reads_one_of_its_disks() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create("VM");
      ProvisionLab.write(machine, 0, 4096, 1);
      lab.snapshot(machine, "first");
      Path base = machine.disk(ProvisionLab.NODE).links().getFirst();
      try (BlockDevice view = machine.disk(ProvisionLab.NODE).openFrozen(base)) {
        assertThat(failed(() -> lab.provision.destroy(machine.object(), percent -> {})))
            .isEqualTo(BlockError.Kind.LOCKED);
        assertThat(view.sizeBytes()).isEqualTo(ProvisionLab.DISK_BYTES);
      }
      assertThat(ProvisionLab.byteAt(machine, 0)).isEqualTo(1);
      lab.provision.destroy(machine.object(), percent -> {});
      assertThat(lab.directories()).isEmpty();
    }
  }

  private static VirtualMachineConfigInfo config(VirtualMachine machine) {
    return (VirtualMachineConfigInfo) machine.object().get("config");
  }

  @Test
  void a_first_class_disk_that_is_to_be_kept_outlives_its_machine_and_another_goes_with_it() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = lab.create(ProvisionLab.spec("VM", "[ds]", 2));
      ProvisionLab.write(machine, 0, 4096, 7);
      var catalog = new FcdCatalog(lab.datastore);
      catalog.save(firstClass("00000000-0000-4000-8000-000000000001", "VM/VM.vmdk", true));
      catalog.save(firstClass("00000000-0000-4000-8000-000000000002", "VM/VM_1.vmdk", false));
      lab.snapshot(machine, "s");
      ProvisionLab.write(machine, 4096, 4096, 8);

      lab.provision.destroy(machine.object(), percent -> {});

      assertThat(lab.files("VM"))
          .containsExactlyInAnyOrder(
              "VM.vmdk", "VM-flat.vmdk", "VM-000001.vmdk", "VM-000001-sesparse.vmdk");
      assertThat(catalog.all())
          .singleElement()
          .satisfies(kept -> {
            assertThat(kept.name()).isEqualTo("kept");
            assertThat(kept.path()).isEqualTo("VM/VM-000001.vmdk");
          });
      try (RunningDisk disk =
          lab.factory.open(lab.root.resolve("VM/VM-000001.vmdk"), OpenMode.READ_ONLY)) {
        var bytes = ByteBuffer.allocate(8192);
        disk.readAt(0, bytes);
        assertThat(bytes.get(0)).isEqualTo((byte) 7);
        assertThat(bytes.get(4096)).isEqualTo((byte) 8);
      }
    }
  }

  private static FcdRecord firstClass(String id, String path, boolean keep) {
    return new FcdRecord(
        id, keep ? "kept" : "gone", Instant.EPOCH, path, keep, false, Map.of(), List.of());
  }
}
