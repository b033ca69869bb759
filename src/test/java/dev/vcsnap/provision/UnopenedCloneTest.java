package dev.vcsnap.provision;

import static dev.vcsnap.provision.MachineCreationTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.inventory.RegisteredMachines;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that starts and cannot open a linked clone, whose parent goes on. */
class UnopenedCloneTest {

  @TempDir Path root;
  @TempDir Path aside;

  private List<Registrations.Machine> registered = List.of();
  private String parentId = "";
  private String cloneId = "";

  /** The parent reads 2 since its snapshot, at which it read 1 as the clone does. */
  @BeforeEach
  void cloneOne() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine parent = lab.create("VM");
      ProvisionLab.write(parent, 0, 4096, 1);
      int first = lab.snapshot(parent, "first");
      ProvisionLab.write(parent, 0, 4096, 2);
      var spec = new VirtualMachineCloneSpec();
      spec.location = new VirtualMachineRelocateSpec();
      spec.location.diskMoveType = "createNewChildDiskBacking";
      spec.snapshot =
          new ManagedObjectReference("VirtualMachineSnapshot", parent.snapshotId(first));
      spec.template = false;
      spec.powerOn = false;
      VirtualMachine clone =
          lab.machine(
              lab.provision
                  .clone(parent, lab.folder().reference(), "Link", spec)
                  .run(percent -> {}));
      parentId = parent.object().id();
      cloneId = clone.object().id();
      registered = lab.registrations.machines();
    }
  }

  private VirtualMachine start(ProvisionLab lab) {
    lab.registrations.begin(registered);
    int unopened =
        new RegisteredMachines(lab.tree, lab.machines).openAll(registered, lab.recovery::recover);
    assertThat(unopened).isEqualTo(1);
    return lab.machines.find(parentId).orElseThrow();
  }

  private static void reload(ProvisionLab lab, String id) {
    lab.provision.reload(lab.objects.require(new ManagedObjectReference("VirtualMachine", id)));
  }

  @Test
  void what_it_is_built_on_is_neither_merged_nor_deleted_until_it_is_mended() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine parent;
      try (DiskFile leaf = new HostFiles().open(root.resolve("Link/Link-sesparse.vmdk"), false)) {
        leaf.lock(DiskFile.Lock.SHARED);
        parent = start(lab);
        lab.snapshots.removeAll(parent, true, percent -> {});
        assertThat(refused(() -> reload(lab, cloneId))).isInstanceOf(InvalidState.class);
        lab.snapshots.consolidate(parent, percent -> {});
        assertThat(destroyed(lab, parent)).isEqualTo(BlockError.Kind.LOCKED);
      }
      assertThat(parent.disk(ProvisionLab.NODE).links()).hasSize(2);

      reload(lab, cloneId);
      VirtualMachine clone = lab.machines.find(cloneId).orElseThrow();
      assertThat(ProvisionLab.byteAt(clone, 0)).isEqualTo(1);
      assertThat(ProvisionLab.byteAt(parent, 0)).isEqualTo(2);

      lab.provision.destroy(clone.object(), percent -> {});
      lab.snapshots.consolidate(parent, percent -> {});
      assertThat(parent.disk(ProvisionLab.NODE).links()).hasSize(1);
    }
  }

  @Test
  void its_descriptors_tell_what_it_is_built_on_where_its_configuration_is_lost() throws Exception {
    byte[] configuration = Files.readAllBytes(root.resolve("Link/Link.vmx"));
    Files.delete(root.resolve("Link/Link.vmx"));
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine parent = start(lab);
      lab.snapshots.removeAll(parent, true, percent -> {});
      Files.write(root.resolve("Link/Link.vmx"), configuration);
      reload(lab, cloneId);
      assertThat(ProvisionLab.byteAt(lab.machines.find(cloneId).orElseThrow(), 0)).isEqualTo(1);
    }
  }

  @Test
  void once_it_is_forgotten_nothing_is_kept_for_it() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine parent;
      try (DiskFile leaf = new HostFiles().open(root.resolve("Link/Link-sesparse.vmdk"), false)) {
        leaf.lock(DiskFile.Lock.SHARED);
        parent = start(lab);
      }
      lab.provision.unregister(
          lab.objects.require(new ManagedObjectReference("VirtualMachine", cloneId)));
      delete(root.resolve("Link"));
      lab.snapshots.removeAll(parent, true, percent -> {});
      assertThat(parent.disk(ProvisionLab.NODE).links()).hasSize(1);
    }
  }

  @Test
  void a_start_deletes_no_link_while_it_is_not_known_what_one_is_built_on() throws Exception {
    Path left = root.resolve("VM/VM-000002.vmdk");
    try (var lab = new ProvisionLab(root)) {
      lab.factory.createDelta(left, root.resolve("VM/VM.vmdk"));
    }
    Files.move(root.resolve("Link"), aside.resolve("Link"));
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine parent = start(lab);
      assertThat(left).exists();
      assertThat(parent.consolidationNeeded()).isTrue();

      Files.move(aside.resolve("Link"), root.resolve("Link"));
      reload(lab, cloneId);
      reload(lab, parentId);
      assertThat(left).doesNotExist();
    }
  }

  private static BlockError.Kind destroyed(ProvisionLab lab, VirtualMachine machine) {
    return catchThrowableOfType(
            BlockError.class, () -> lab.provision.destroy(machine.object(), percent -> {}))
        .kind();
  }

  private static void delete(Path folder) {
    var files = new HostFiles();
    for (String name : DiskNames.in(folder).existing()) {
      files.delete(folder.resolve(name));
    }
  }
}
