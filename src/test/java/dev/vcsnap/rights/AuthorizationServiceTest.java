package dev.vcsnap.rights;

import static dev.vcsnap.rights.RightsLab.POWER;
import static dev.vcsnap.rights.RightsLab.SNAPSHOT;
import static dev.vcsnap.rights.RightsLab.permission;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.vim.AlreadyExists;
import dev.vcsnap.vim.AuthMinimumAdminPermission;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.Permission;
import dev.vcsnap.vim.RemoveFailed;
import dev.vcsnap.vim.UserNotFound;
import dev.vcsnap.vim.VimException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AuthorizationServiceTest {

  private final RightsLab lab = new RightsLab();
  private final AuthorizationService authorization = lab.authorization;

  @Test
  void the_systems_roles_are_there_under_their_ids_and_cannot_be_changed() {
    assertThat(authorization.roles().stream().filter(Role::system).map(Role::name))
        .containsExactly("NoCryptoAdmin", "NoAccess", "Anonymous", "View", "ReadOnly", "Admin");
    assertThat(fault(() -> authorization.updateRole(-2, "mine", List.of())))
        .isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> authorization.removeRole(-2, false)))
        .isInstanceOf(InvalidArgument.class);
  }

  @Test
  @Rule(
      value = "E5",
      says = "A backup program gets by with a role of snapshot, disk reading and datastore rights.",
      by = Witness.DOCUMENT)
  void the_sample_role_for_backups_has_what_they_call() {
    Role backup =
        authorization.roles().stream()
            .filter(role -> role.name().equals(BuiltInRoles.BACKUP))
            .findFirst()
            .orElseThrow();
    assertThat(backup.system()).isFalse();
    assertThat(backup.privileges())
        .contains(
            SNAPSHOT,
            "VirtualMachine.State.RemoveSnapshot",
            "VirtualMachine.Provisioning.DiskRandomRead",
            "VirtualMachine.Config.ChangeTracking",
            "Datastore.Browse",
            "VApp.Export")
        .doesNotContain("VirtualMachine.Inventory.Delete", "Datastore.DeleteFile");
    assertThat(authorization.catalog().ids()).containsAll(backup.privileges());
  }

  @Test
  void a_role_of_ones_own_always_has_what_is_needed_to_look() {
    int id = authorization.addRole("power", List.of(POWER));
    assertThat(authorization.rights().role(id).privileges())
        .containsExactlyInAnyOrder(POWER, "System.Anonymous", "System.View", "System.Read");
  }

  @Test
  void names_of_roles_are_given_once_and_privileges_must_exist() {
    int id = authorization.addRole("power", List.of(POWER));
    assertThat(fault(() -> authorization.addRole("power", List.of())))
        .isInstanceOfSatisfying(
            AlreadyExists.class, fault -> assertThat(fault.name).isEqualTo("power"));
    assertThat(fault(() -> authorization.addRole(" ", List.of()))).isInstanceOf(InvalidName.class);
    assertThat(fault(() -> authorization.addRole("other", List.of("VirtualMachine.Fly"))))
        .isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> authorization.updateRole(id, "Admin", List.of())))
        .isInstanceOf(AlreadyExists.class);
    authorization.updateRole(id, "power", List.of(SNAPSHOT));
    assertThat(authorization.rights().role(id).has(SNAPSHOT)).isTrue();
    assertThat(authorization.rights().role(id).has(POWER)).isFalse();
    assertThat(fault(() -> authorization.updateRole(99, "x", List.of())))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void a_role_that_is_used_is_removed_only_together_with_its_permissions() {
    int id = authorization.addRole("power", List.of(POWER));
    lab.give(lab.machine, "ann", id, true);
    assertThat(fault(() -> authorization.removeRole(id, true))).isInstanceOf(RemoveFailed.class);
    authorization.removeRole(id, false);
    assertThat(authorization.permissionsOn(lab.machine.reference())).isEmpty();
    assertThat(authorization.rights().role(id)).isNull();
    assertThat(lab.may("ann", lab.machine, POWER)).isFalse();
  }

  @Test
  void merging_gives_all_who_had_one_role_the_other() {
    int from = authorization.addRole("power", List.of(POWER));
    int to = authorization.addRole("snapshot", List.of(SNAPSHOT));
    lab.give(lab.machine, "ann", from, true);
    authorization.mergePermissions(from, to);
    assertThat(lab.may("ann", lab.machine, SNAPSHOT)).isTrue();
    assertThat(authorization.permissionsOfRole(from)).isEmpty();
    assertThat(authorization.permissionsOfRole(to)).hasSize(1);
  }

  @Test
  void setting_keeps_the_permissions_of_others_and_resetting_does_not() {
    int id = authorization.addRole("power", List.of(POWER));
    lab.give(lab.machine, "ann", id, true);
    lab.give(lab.machine, "bob", id, true);
    lab.give(lab.machine, "ann", BuiltInRoles.NO_ACCESS, false);
    assertThat(authorization.permissionsOn(lab.machine.reference()))
        .extracting(permission -> permission.principal + " " + permission.roleId)
        .containsExactlyInAnyOrder("ann -5", "bob " + id);
    authorization.resetPermissions(
        lab.machine.reference(), List.of(permission("eve", false, id, true)));
    assertThat(authorization.permissionsOn(lab.machine.reference()))
        .extracting(permission -> permission.principal)
        .containsExactly("eve");
  }

  @Test
  void a_permission_is_removed_by_name_in_either_spelling() {
    Permission first = authorization.permissionsOn(lab.root.reference()).getFirst();
    assertThat(first.principal).isEqualTo("VSPHERE.LOCAL\\Administrators");
    lab.give(lab.root, "root", BuiltInRoles.ADMIN, true);
    authorization.removePermission(lab.root.reference(), "administrators@VSPHERE.local", true);
    assertThat(authorization.permissionsOn(lab.root.reference())).hasSize(1);
    assertThat(fault(() -> authorization.removePermission(lab.machine.reference(), "ann", false)))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void somebody_always_stays_who_may_change_everything() {
    assertThat(fault(() -> authorization.resetPermissions(lab.root.reference(), List.of())))
        .isInstanceOf(AuthMinimumAdminPermission.class);
    assertThat(fault(() -> authorization.mergePermissions(-1, -2)))
        .isInstanceOf(AuthMinimumAdminPermission.class);
    assertThat(authorization.permissionsOn(lab.root.reference())).hasSize(1);
  }

  @Test
  void nobody_unknown_and_no_role_that_the_system_keeps_can_be_given() {
    assertThat(fault(() -> lab.give(lab.machine, "zoe", -2, true)))
        .isInstanceOfSatisfying(
            UserNotFound.class, fault -> assertThat(fault.principal).isEqualTo("zoe"));
    assertThat(fault(() -> lab.give(lab.machine, "red", -2, true)))
        .isInstanceOf(UserNotFound.class);
    assertThat(fault(() -> lab.give(lab.machine, "ann", 99, true))).isInstanceOf(NotFound.class);
    assertThat(fault(() -> lab.give(lab.machine, "ann", -3, true)))
        .isInstanceOf(InvalidArgument.class);
  }

  private static MethodFault fault(ThrowingCallable call) {
    VimException thrown = catchThrowableOfType(VimException.class, call);
    assertThat(thrown).isNotNull();
    return thrown.fault();
  }
}
