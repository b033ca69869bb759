package dev.vcsnap.inventory;

import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.Role;
import dev.vcsnap.vim.AuthorizationDescription;
import dev.vcsnap.vim.AuthorizationPrivilege;
import dev.vcsnap.vim.AuthorizationRole;
import dev.vcsnap.vim.ElementDescription;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Shows roles and privileges as the authorization manager lists them. */
final class AuthorizationProjection {

  private static final String MANAGER = "AuthorizationManager";

  private final AuthorizationService authorization;

  AuthorizationProjection(AuthorizationService authorization) {
    this.authorization = authorization;
  }

  /** Adds the manager's properties. */
  LiveProperties addTo(LiveProperties live) {
    return live.with(MANAGER, "roleList", session -> roles())
        .with(MANAGER, "privilegeList", session -> privileges())
        .with(MANAGER, "description", session -> description());
  }

  private List<AuthorizationRole> roles() {
    return authorization.roles().stream().map(this::role).toList();
  }

  private List<AuthorizationPrivilege> privileges() {
    return privilegeIds().stream()
        .map(id -> {
          int dot = id.lastIndexOf('.');
          var privilege = new AuthorizationPrivilege();
          privilege.privId = id;
          privilege.name = id.substring(dot + 1);
          privilege.privGroupName = dot < 0 ? "" : id.substring(0, dot);
          return privilege;
        })
        .toList();
  }

  private AuthorizationDescription description() {
    var description = new AuthorizationDescription();
    description.privilege =
        privilegeIds().stream()
            .map(id -> Describe.element(id, Describe.words(id.substring(id.lastIndexOf('.') + 1))))
            .toList();
    description.privilegeGroup = groups();
    return description;
  }

  private Collection<String> privilegeIds() {
    return authorization.catalog().ids();
  }

  private List<ElementDescription> groups() {
    var groups = new TreeSet<String>();
    privileges().forEach(privilege -> groups.add(privilege.privGroupName));
    return groups.stream()
        .map(id -> Describe.element(id, Describe.words(id.substring(id.lastIndexOf('.') + 1))))
        .toList();
  }

  private AuthorizationRole role(Role role) {
    var shown = new AuthorizationRole();
    shown.roleId = role.id();
    shown.system = role.system();
    shown.name = role.name();
    shown.info = Describe.text(role.label(), role.summary());
    shown.privilege = privilegeIds().stream().filter(role::has).toList();
    return shown;
  }
}
