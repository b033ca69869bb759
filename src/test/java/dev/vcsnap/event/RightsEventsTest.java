package dev.vcsnap.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.Permission;
import dev.vcsnap.vim.PermissionAddedEvent;
import dev.vcsnap.vim.PermissionRemovedEvent;
import dev.vcsnap.vim.PermissionUpdatedEvent;
import dev.vcsnap.vim.RoleAddedEvent;
import dev.vcsnap.vim.RoleRemovedEvent;
import dev.vcsnap.vim.RoleUpdatedEvent;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RightsEventsTest {

  private static final String POWER = "VirtualMachine.Interact.PowerOn";

  private final EventLab lab = new EventLab();
  private final AuthorizationService authorization =
      new AuthorizationService(lab.sessions.accounts(), new PrivilegeCatalog());
  private final RightsEvents told =
      new RightsEvents(authorization, lab.events, lab.subjects, lab.objects);

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void what_is_done_to_a_role_is_told() {
    int role = told.telling("ann", () -> authorization.addRole("starter", List.of(POWER)));
    RoleAddedEvent added = last(RoleAddedEvent.class);
    assertThat(added.userName).isEqualTo("ann");
    assertThat(added.role.roleId).isEqualTo(role);
    assertThat(added.privilegeList).contains(POWER);
    tell(() -> authorization.updateRole(role, "stopper", List.of()));
    RoleUpdatedEvent updated = last(RoleUpdatedEvent.class);
    assertThat(updated.role.name).isEqualTo("stopper");
    assertThat(updated.prevRoleName).isEqualTo("starter");
    assertThat(updated.privilegesRemoved).containsExactly(POWER);
    assertThat(updated.privilegesAdded).isEmpty();
    tell(() -> authorization.removeRole(role, true));
    assertThat(last(RoleRemovedEvent.class).role.name).isEqualTo("stopper");
  }

  @Test
  void what_is_done_to_a_permission_is_told_with_what_it_was() {
    int first = authorization.addRole("first", List.of(POWER));
    int second = authorization.addRole("second", List.of());
    tell(() -> give(first));
    PermissionAddedEvent added = last(PermissionAddedEvent.class);
    assertThat(added.principal).isEqualTo("user");
    assertThat(added.entity.name).isEqualTo("VM");
    assertThat(added.vm.vm).isEqualTo(lab.machine.reference());
    assertThat(added.role.name).isEqualTo("first");
    tell(() -> give(second));
    PermissionUpdatedEvent updated = last(PermissionUpdatedEvent.class);
    assertThat(updated.role.name).isEqualTo("second");
    assertThat(updated.prevRole.name).isEqualTo("first");
    tell(() -> authorization.removePermission(lab.machine.reference(), "user", false));
    assertThat(last(PermissionRemovedEvent.class).principal).isEqualTo("user");
    int before = lab.all().size();
    tell(() -> {});
    assertThat(lab.all()).hasSize(before);
  }

  private void give(int role) {
    var permission = new Permission();
    permission.principal = "user";
    permission.group = false;
    permission.roleId = role;
    permission.propagate = true;
    authorization.setPermissions(lab.machine.reference(), List.of(permission));
  }

  private void tell(Runnable change) {
    told.telling(
        "ann",
        () -> {
          change.run();
          return this;
        });
  }

  private <E extends Event> E last(Class<E> type) {
    return type.cast(lab.all().getLast());
  }
}
