package dev.vcsnap.rights;

import dev.vcsnap.session.Principal;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Permission;

/**
 * One rule: on this object this user or group has this role.
 *
 * @param entity the member of the inventory
 * @param principal who
 * @param group true if that is a group
 * @param roleId the role
 * @param propagate true if it holds for everything below as well
 */
public record EntityPermission(
    ManagedObjectReference entity,
    Principal principal,
    boolean group,
    int roleId,
    boolean propagate) {

  boolean isFor(Principal other, boolean otherIsGroup) {
    return group == otherIsGroup && principal.equals(other);
  }

  EntityPermission withRole(int otherRole) {
    return new EntityPermission(entity, principal, group, otherRole, propagate);
  }

  EntityPermission on(ManagedObjectReference other) {
    return new EntityPermission(other, principal, group, roleId, propagate);
  }

  /** As the interface shows it. */
  public Permission shown() {
    var shown = new Permission();
    shown.entity = entity;
    shown.principal = principal.text();
    shown.group = group;
    shown.roleId = roleId;
    shown.propagate = propagate;
    return shown;
  }
}
