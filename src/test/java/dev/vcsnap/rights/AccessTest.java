package dev.vcsnap.rights;

import static dev.vcsnap.rights.RightsLab.POWER;
import static dev.vcsnap.rights.RightsLab.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.TaskInfo;
import org.junit.jupiter.api.Test;

class AccessTest {

  private final RightsLab lab = new RightsLab();

  @Test
  void a_permission_holds_below_its_object_only_if_it_propagates() {
    int power = lab.role("power", POWER);
    lab.give(lab.vmFolder, "ann", power, true);
    lab.give(lab.vmFolder, "bob", power, false);
    assertThat(lab.may("ann", lab.machine, POWER)).isTrue();
    assertThat(lab.may("bob", lab.vmFolder, POWER)).isTrue();
    assertThat(lab.may("bob", lab.machine, POWER)).isFalse();
    assertThat(lab.may("ann", lab.cluster, POWER)).isFalse();
  }

  @Test
  void the_nearer_permission_hides_what_is_inherited() {
    lab.give(lab.root, "ann", lab.role("power", POWER), true);
    lab.give(lab.vmFolder, "ann", lab.role("snapshot", SNAPSHOT), true);
    lab.give(lab.pool, "ann", BuiltInRoles.NO_ACCESS, true);
    assertThat(lab.may("ann", lab.machine, SNAPSHOT)).isTrue();
    assertThat(lab.may("ann", lab.machine, POWER)).isFalse();
    lab.give(lab.machine, "ann", BuiltInRoles.NO_ACCESS, true);
    assertThat(lab.may("ann", lab.machine, SNAPSHOT)).isFalse();
    assertThat(lab.may("ann", lab.machine, PrivilegeCatalog.VIEW)).isFalse();
    assertThat(lab.may("ann", lab.other, SNAPSHOT)).isTrue();
  }

  @Test
  void groups_on_the_same_object_add_up() {
    lab.giveGroup(lab.vmFolder, "red", lab.role("power", POWER), true);
    lab.giveGroup(lab.vmFolder, "blue", lab.role("snapshot", SNAPSHOT), true);
    assertThat(lab.may("ann", lab.machine, POWER)).isTrue();
    assertThat(lab.may("ann", lab.machine, SNAPSHOT)).isTrue();
    assertThat(lab.may("bob", lab.machine, SNAPSHOT)).isFalse();
    assertThat(lab.accessOf("ann").on(lab.machine).roleIds()).hasSize(2);
  }

  @Test
  void a_users_own_permission_counts_before_those_of_its_groups() {
    lab.giveGroup(lab.vmFolder, "red", lab.role("power", POWER), true);
    lab.give(lab.vmFolder, "ann", lab.role("snapshot", SNAPSHOT), true);
    assertThat(lab.may("ann", lab.machine, SNAPSHOT)).isTrue();
    assertThat(lab.may("ann", lab.machine, POWER)).isFalse();
  }

  @Test
  void a_machine_has_what_its_folder_and_its_pool_pass_on() {
    lab.give(lab.vmFolder, "ann", lab.role("power", POWER), true);
    lab.give(lab.cluster, "ann", lab.role("snapshot", SNAPSHOT), true);
    assertThat(lab.may("ann", lab.machine, POWER)).isTrue();
    assertThat(lab.may("ann", lab.machine, SNAPSHOT)).isTrue();
    assertThat(lab.may("ann", lab.vmFolder, SNAPSHOT)).isFalse();
  }

  @Test
  void the_way_to_what_one_may_see_can_be_seen_and_nothing_beside_it() {
    lab.give(lab.machine, "ann", BuiltInRoles.READ_ONLY, true);
    for (ManagedObject above : new ManagedObject[] {lab.root, lab.datacenter, lab.vmFolder}) {
      assertThat(lab.may("ann", above, PrivilegeCatalog.VIEW)).isTrue();
      assertThat(lab.may("ann", above, PrivilegeCatalog.READ)).isFalse();
    }
    assertThat(lab.may("ann", lab.other, PrivilegeCatalog.VIEW)).isFalse();
    assertThat(lab.may("eve", lab.root, PrivilegeCatalog.VIEW)).isFalse();
    assertThat(lab.access.seesAnything(lab.sessions.accounts().find("eve").orElseThrow()))
        .isFalse();
  }

  @Test
  void an_administrator_is_never_asked_until_something_else_is_said() {
    assertThat(lab.accessOf("root").isUnrestricted()).isTrue();
    lab.give(lab.machine, "root", BuiltInRoles.NO_ACCESS, true);
    assertThat(lab.accessOf("root").isUnrestricted()).isFalse();
    assertThat(lab.may("root", lab.machine, POWER)).isFalse();
    assertThat(lab.may("root", lab.other, POWER)).isTrue();
  }

  @Test
  void who_has_all_but_cryptography_lacks_only_that() {
    lab.give(lab.root, "ann", BuiltInRoles.NO_CRYPTOGRAPHY, true);
    assertThat(lab.may("ann", lab.machine, POWER)).isTrue();
    assertThat(lab.may("ann", lab.machine, "Cryptographer.Access")).isFalse();
  }

  @Test
  void a_snapshot_and_a_task_are_about_their_machine_and_a_manager_about_the_root() {
    lab.give(lab.machine, "ann", lab.role("power", POWER), true);
    var snapshot = new ManagedObject("VirtualMachineSnapshot", "snapshot-1");
    var task = new ManagedObject("Task", "task-1");
    var manager = new ManagedObject("SessionManager", "SessionManager");
    var info = new TaskInfo();
    info.entity = lab.machine.reference();
    lab.objects.change(tx ->
        tx.add(snapshot)
            .set(snapshot, "vm", lab.machine.reference())
            .add(task)
            .set(task, "info", info)
            .add(manager));
    assertThat(lab.may("ann", snapshot, POWER)).isTrue();
    assertThat(lab.may("ann", task, POWER)).isTrue();
    assertThat(lab.may("ann", manager, POWER)).isFalse();
    assertThat(lab.may("ann", manager, PrivilegeCatalog.VIEW)).isTrue();
  }

  @Test
  void a_machine_that_moves_takes_up_the_rights_of_its_new_place() {
    ManagedObject secret = lab.add("Folder", "group-v20", lab.vmFolder);
    lab.give(lab.root, "ann", lab.role("power", POWER), true);
    lab.give(secret, "ann", BuiltInRoles.NO_ACCESS, true);
    lab.give(lab.pool, "ann", BuiltInRoles.NO_ACCESS, true);
    assertThat(lab.may("ann", lab.machine, POWER)).isTrue();
    lab.objects.change(tx -> tx.set(lab.machine, "parent", secret.reference()));
    assertThat(lab.may("ann", lab.machine, POWER)).isFalse();
  }
}
