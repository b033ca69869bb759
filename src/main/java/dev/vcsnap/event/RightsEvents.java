package dev.vcsnap.event;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.AuthorizationService.Snapshot;
import dev.vcsnap.rights.EntityPermission;
import dev.vcsnap.rights.Role;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.PermissionAddedEvent;
import dev.vcsnap.vim.PermissionEvent;
import dev.vcsnap.vim.PermissionRemovedEvent;
import dev.vcsnap.vim.PermissionUpdatedEvent;
import dev.vcsnap.vim.RoleAddedEvent;
import dev.vcsnap.vim.RoleEvent;
import dev.vcsnap.vim.RoleEventArgument;
import dev.vcsnap.vim.RoleRemovedEvent;
import dev.vcsnap.vim.RoleUpdatedEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells as events what users change about roles and permissions, read off before and after. */
public final class RightsEvents {

  /** Whom a permission is for, and where. */
  private record Grantee(String entity, String principal, boolean group) {}

  private final AuthorizationService authorization;
  private final EventService events;
  private final EventSubjects subjects;
  private final ObjectRegistry objects;

  public RightsEvents(
      AuthorizationService authorization,
      EventService events,
      EventSubjects subjects,
      ObjectRegistry objects) {
    this.authorization = authorization;
    this.events = events;
    this.subjects = subjects;
    this.objects = objects;
  }

  /** Makes a change that a user asked for, and tells it. */
  public <T> T telling(String userName, Supplier<T> change) {
    return authorization.observed(
        change,
        (before, after) -> {
          roles(before, after, userName);
          permissions(before, after, userName);
        });
  }

  private void roles(Snapshot before, Snapshot after, String userName) {
    Map<Integer, Role> old = byId(before.roles());
    for (Role role : after.roles()) {
      Role was = old.remove(role.id());
      if (was == null) {
        var added = new RoleAddedEvent();
        added.privilegeList = sorted(role.privileges());
        post(added, role, userName);
      } else if (!was.equals(role)) {
        var updated = new RoleUpdatedEvent();
        updated.privilegeList = sorted(role.privileges());
        updated.prevRoleName = was.name();
        updated.privilegesAdded = without(role.privileges(), was.privileges());
        updated.privilegesRemoved = without(was.privileges(), role.privileges());
        post(updated, role, userName);
      }
    }
    old.values().forEach(gone -> post(new RoleRemovedEvent(), gone, userName));
  }

  private void permissions(Snapshot before, Snapshot after, String userName) {
    Map<Integer, Role> roles = byId(before.roles());
    roles.putAll(byId(after.roles()));
    Map<Grantee, EntityPermission> old = byGrantee(before.permissions());
    for (EntityPermission permission : after.permissions()) {
      EntityPermission was = old.remove(grantee(permission));
      if (was == null) {
        var added = new PermissionAddedEvent();
        added.role = argument(roles.get(permission.roleId()));
        added.propagate = permission.propagate();
        post(added, permission, userName);
      } else if (!was.equals(permission)) {
        var updated = new PermissionUpdatedEvent();
        updated.role = argument(roles.get(permission.roleId()));
        updated.propagate = permission.propagate();
        updated.prevRole = argument(roles.get(was.roleId()));
        updated.prevPropagate = was.propagate();
        post(updated, permission, userName);
      }
    }
    old.values().forEach(gone -> post(new PermissionRemovedEvent(), gone, userName));
  }

  private void post(RoleEvent event, Role role, String userName) {
    event.role = argument(role);
    post(event, userName);
  }

  private void post(PermissionEvent event, EntityPermission permission, String userName) {
    ManagedObject entity = objects.find(permission.entity());
    if (entity != null) {
      event.principal = permission.principal().text();
      event.group = permission.group();
      event.entity = subjects.entity(entity);
      post(subjects.about(event, entity.reference()), userName);
    }
  }

  private void post(Event event, String userName) {
    event.userName = userName;
    events.post(event);
  }

  private static RoleEventArgument argument(@Nullable Role role) {
    var argument = new RoleEventArgument();
    argument.roleId = role == null ? 0 : role.id();
    argument.name = role == null ? "" : role.name();
    return argument;
  }

  private static Map<Integer, Role> byId(List<Role> roles) {
    return new HashMap<>(roles.stream().collect(Collectors.toMap(Role::id, Function.identity())));
  }

  private static Map<Grantee, EntityPermission> byGrantee(List<EntityPermission> permissions) {
    return new HashMap<>(
        permissions.stream()
            .collect(Collectors.toMap(RightsEvents::grantee, Function.identity(), (a, b) -> b)));
  }

  private static Grantee grantee(EntityPermission permission) {
    return new Grantee(
        permission.entity().value(), permission.principal().text(), permission.group());
  }

  private static List<String> sorted(Set<String> privileges) {
    return privileges.stream().sorted().toList();
  }

  private static List<String> without(Set<String> privileges, Set<String> others) {
    return privileges.stream().filter(one -> !others.contains(one)).sorted().toList();
  }
}
