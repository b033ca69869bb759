package dev.vcsnap.provision;

import static dev.vcsnap.provision.MachineCreationTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.FileAlreadyExists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines whose files lie in one folder, with names that begin alike. */
class SharedFolderTest {

  @TempDir Path root;

  private static VirtualMachine create(ProvisionLab lab, String name) {
    return lab.create(ProvisionLab.spec(name, "[ds] grp/" + name + ".vmx", 1));
  }

  @Test
  void one_that_is_destroyed_takes_nothing_of_the_others_along() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = create(lab, "web");
      List<VirtualMachine> others = List.of(create(lab, "web2"), create(lab, "web-2"));
      for (VirtualMachine other : others) {
        ProvisionLab.write(other, 0, 4096, 1);
        lab.snapshot(other, "first");
        ProvisionLab.write(other, 0, 4096, 2);
      }
      lab.snapshot(machine, "own");

      lab.provision.destroy(machine.object(), percent -> {});

      assertThat(lab.files("grp"))
          .noneMatch(name -> name.startsWith("web."))
          .contains("web2.vmx", "web2.vmsd", "web2-Snapshot1.vmsn")
          .contains("web-2.vmx", "web-2.vmsd", "web-2-Snapshot1.vmsn");
      for (VirtualMachine other : others) {
        assertThat(ProvisionLab.byteAt(other, 0)).isEqualTo(2);
        lab.snapshots.revert(other, 1, false, percent -> {});
        assertThat(ProvisionLab.byteAt(other, 0)).isEqualTo(1);
      }
    }
  }

  @Test
  void one_that_is_brought_in_order_keeps_the_snapshots_of_the_others() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = create(lab, "web");
      VirtualMachine other = create(lab, "web-2");
      ProvisionLab.write(other, 0, 4096, 1);
      lab.snapshot(other, "first");
      ProvisionLab.write(other, 0, 4096, 2);

      lab.provision.unregister(machine.object());
      lab.register("[ds] grp/web.vmx");

      assertThat(lab.files("grp")).contains("web-2-Snapshot1.vmsn");
      lab.snapshots.revert(other, 1, false, percent -> {});
      assertThat(ProvisionLab.byteAt(other, 0)).isEqualTo(1);
    }
  }

  @Test
  void a_path_is_one_path_however_it_is_written() {
    try (var lab = new ProvisionLab(root)) {
      create(lab, "web");
      assertThat(
              refused(() -> lab.create(ProvisionLab.spec("again", "[ds] grp/../grp/web.vmx", 0))))
          .isInstanceOf(FileAlreadyExists.class);
    }
  }

  @Test
  void a_template_does_not_replace_a_machine_of_its_name() throws Exception {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine machine = create(lab, "web");
      Path vmx = root.resolve("grp/web.vmx");
      Path template = root.resolve("grp/web.vmtx");
      Files.copy(vmx, template);
      assertThatThrownBy(() -> machine.files().asTemplate(true))
          .isInstanceOfSatisfying(
              BlockError.class,
              error -> assertThat(error.kind()).isEqualTo(BlockError.Kind.ALREADY_EXISTS));
      assertThat(vmx).exists();
      Files.delete(template);
    }
  }
}
