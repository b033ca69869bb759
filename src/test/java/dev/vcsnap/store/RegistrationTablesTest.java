package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.Registrations.Folder;
import dev.vcsnap.inventory.Registrations.Machine;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.List;

class RegistrationTablesTest {

  private static final Machine ONE = machine("vm-21", "a folder/VM [1].vmx", "host-14");
  private static final Machine TWO = machine("vm-9", "two/two.vmx", "host-14");

  @EachDatabase
  void machines_are_found_again_in_the_order_of_their_registration(Database database) {
    var tables = new RegistrationTables(database, "ours");
    assertThat(tables.isNew()).isTrue();
    tables.begin(List.of(ONE, TWO));
    assertThat(tables.isNew()).isFalse();
    Machine moved = machine("vm-21", "moved/VM.vmx", "host-17");
    tables.put(moved);
    Machine three = machine("vm-30", "three/three.vmx", "host-14");
    tables.put(three);
    tables.removeMachine("vm-9");
    tables.removeMachine("vm-9");
    assertThat(new RegistrationTables(database, "ours").machines()).containsExactly(moved, three);
  }

  @EachDatabase
  void the_first_machines_are_registered_all_or_none(Database database) {
    var tables = new RegistrationTables(database, "ours");
    Machine samePath = machine("vm-22", "a folder/VM [1].vmx", "host-14");
    assertThatThrownBy(() -> tables.begin(List.of(ONE, samePath)))
        .isInstanceOf(RuntimeException.class);
    assertThat(tables.isNew()).isTrue();
    assertThat(tables.machines()).isEmpty();
  }

  @EachDatabase
  void a_folder_comes_after_its_parent(Database database) {
    var tables = new RegistrationTables(database, "ours");
    Folder top = new Folder("group-v40", "group-v3", "top");
    Folder inside = new Folder("group-v41", "group-v40", "inside");
    tables.put(top);
    tables.put(inside);
    assertThat(tables.folders()).containsExactly(top, inside);
    Folder young = new Folder("group-v42", "group-v3", "young");
    Folder movedTop = new Folder("group-v40", "group-v42", "renamed");
    tables.put(young);
    tables.put(movedTop);
    assertThat(tables.folders()).containsExactly(young, movedTop, inside);
    tables.removeFolder("group-v41");
    assertThat(tables.folders()).containsExactly(young, movedTop);
  }

  @EachDatabase
  void the_database_of_another_data_directory_is_refused(Database database) {
    new RegistrationTables(database, "theirs").begin(List.of(ONE));
    assertThatThrownBy(() -> new RegistrationTables(database, "ours"))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("theirs")
        .hasMessageContaining("ours");
  }

  private static Machine machine(String id, String path, String host) {
    return new Machine(
        id,
        new DatastorePath("LocalDS_0", path),
        VirtualMachinePowerState.suspended,
        "group-v3",
        host);
  }
}
