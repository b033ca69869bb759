package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.rights.RootFolder;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Accounts;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Permission;
import java.util.List;
import java.util.Set;

class RightsTablesTest {

  private static final ManagedObjectReference MACHINE =
      new ManagedObjectReference("VirtualMachine", "vm-21");

  private final Accounts accounts =
      new Accounts(
          List.of(
              Account.administrator("root", "x"), new Account("ann", "x", Set.of(), "ReadOnly")));

  @EachDatabase
  void roles_and_permissions_are_found_again(Database database) {
    AuthorizationService before = started(database);
    int role = before.addRole("power", List.of("VirtualMachine.Interact.PowerOn"));
    before.setPermissions(MACHINE, List.of(permission(role)));
    AuthorizationService after = started(database);
    assertThat(after.roles()).isEqualTo(before.roles());
    assertThat(after.permissions()).isEqualTo(before.permissions());
    assertThat(after.addRole("other", List.of())).isEqualTo(role + 1);
  }

  @EachDatabase
  void what_was_taken_from_an_account_is_not_given_again_by_a_start(Database database) {
    AuthorizationService before = started(database);
    assertThat(before.permissions()).hasSize(2);
    before.setPermissions(MACHINE, List.of(permission(-2)));
    before.removePermission(new ManagedObjectReference("Folder", "group-d1"), "ann", false);
    int backup =
        before.roles().stream().filter(role -> !role.system()).findFirst().orElseThrow().id();
    before.removeRole(backup, true);
    AuthorizationService after = started(database);
    assertThat(after.permissions()).hasSize(2);
    assertThat(after.roles()).allMatch(role -> role.system());
  }

  @EachDatabase
  void a_change_that_is_refused_is_not_kept(Database database) {
    AuthorizationService before = started(database);
    assertThat(
            catchThrowable(() ->
                before.resetPermissions(
                    new ManagedObjectReference("Folder", "group-d1"), List.of())))
        .isNotNull();
    assertThat(started(database).permissions()).isEqualTo(before.permissions());
  }

  private AuthorizationService started(Database database) {
    return new AuthorizationService(
        accounts, new PrivilegeCatalog(), new RightsTables(database), RootFolder.OF_VCENTER);
  }

  private static Permission permission(int roleId) {
    var permission = new Permission();
    permission.principal = "ann";
    permission.group = false;
    permission.roleId = roleId;
    permission.propagate = true;
    return permission;
  }
}
