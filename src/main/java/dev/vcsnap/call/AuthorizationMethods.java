package dev.vcsnap.call;

import dev.vcsnap.event.RightsEvents;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.Access;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.EntityPermission;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.EntityPrivilege;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Permission;
import dev.vcsnap.vim.PrivilegeAvailability;
import dev.vcsnap.vim.UserPrivilegeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Roles and permissions, and questions about them. */
public final class AuthorizationMethods implements MethodTable.Contributor {

  private static final String TYPE = "AuthorizationManager";

  private final ObjectRegistry objects;
  private final SessionService sessions;
  private final AuthorizationService authorization;
  private final AccessService access;
  private final RightsEvents events;

  public AuthorizationMethods(
      ObjectRegistry objects,
      SessionService sessions,
      AuthorizationService authorization,
      AccessService access,
      RightsEvents events) {
    this.objects = objects;
    this.sessions = sessions;
    this.authorization = authorization;
    this.access = access;
    this.events = events;
  }

  @Override
  public void contribute(MethodTable table) {
    contributeRoles(table);
    contributePermissions(table);
    table
        .on(TYPE, "HasPrivilegeOnEntity", this::hasPrivilegeOnEntity)
        .on(TYPE, "HasPrivilegeOnEntities", this::hasPrivilegeOnEntities)
        .on(TYPE, "HasUserPrivilegeOnEntities", this::hasUserPrivilegeOnEntities)
        .on(TYPE, "FetchUserPrivilegeOnEntities", this::fetchUserPrivilegeOnEntities);
  }

  private void contributeRoles(MethodTable table) {
    table
        .on(
            TYPE,
            "AddAuthorizationRole",
            (context, self, arguments) ->
                events.telling(
                    context.requireSession().userName(),
                    () ->
                        authorization.addRole(
                            arguments.string("name"), arguments.list("privIds", String.class))))
        .on(
            TYPE,
            "UpdateAuthorizationRole",
            done(arguments ->
                authorization.updateRole(
                    arguments.integer("roleId"),
                    arguments.string("newName"),
                    arguments.list("privIds", String.class))))
        .on(
            TYPE,
            "RemoveAuthorizationRole",
            done(arguments ->
                authorization.removeRole(
                    arguments.integer("roleId"), arguments.bool("failIfUsed"))))
        .on(
            TYPE,
            "MergePermissions",
            done(arguments ->
                authorization.mergePermissions(
                    arguments.integer("srcRoleId"), arguments.integer("dstRoleId"))));
  }

  private void contributePermissions(MethodTable table) {
    table
        .on(
            TYPE,
            "SetEntityPermissions",
            done(arguments ->
                authorization.setPermissions(
                    entity(arguments), arguments.list("permission", Permission.class))))
        .on(
            TYPE,
            "ResetEntityPermissions",
            done(arguments ->
                authorization.resetPermissions(
                    entity(arguments), arguments.list("permission", Permission.class))))
        .on(
            TYPE,
            "RemoveEntityPermission",
            done(arguments ->
                authorization.removePermission(
                    entity(arguments), arguments.string("user"), arguments.bool("isGroup"))))
        .on(TYPE, "RetrieveEntityPermissions", this::retrieveEntityPermissions)
        .on(
            TYPE,
            "RetrieveAllPermissions",
            (context, self, arguments) -> visible(context, authorization.permissions()))
        .on(
            TYPE,
            "RetrieveRolePermissions",
            (context, self, arguments) ->
                visible(context, authorization.permissionsOfRole(arguments.integer("roleId"))));
  }

  private List<Permission> retrieveEntityPermissions(
      CallContext context, ManagedObject self, Arguments arguments) {
    ManagedObject entity = objects.require(arguments.reference("entity"));
    List<Permission> shown = new ArrayList<>(authorization.permissionsOn(entity.reference()));
    if (arguments.bool("inherited")) {
      Predicate<Permission> propagates = permission -> permission.propagate;
      for (ManagedObject ancestor : access.ancestorsOf(entity)) {
        authorization.permissionsOn(ancestor.reference()).stream()
            .filter(propagates)
            .forEach(shown::add);
      }
    }
    return shown;
  }

  private List<Boolean> hasPrivilegeOnEntity(
      CallContext context, ManagedObject self, Arguments arguments) {
    ManagedObject entity = objects.require(arguments.reference("entity"));
    Access asked = access.of(sessionOf(arguments));
    return arguments.list("privId", String.class).stream()
        .map(privilegeId -> asked.has(entity, privilegeId))
        .toList();
  }

  private List<EntityPrivilege> hasPrivilegeOnEntities(
      CallContext context, ManagedObject self, Arguments arguments) {
    return availability(arguments, "entity", access.of(sessionOf(arguments)));
  }

  private List<EntityPrivilege> hasUserPrivilegeOnEntities(
      CallContext context, ManagedObject self, Arguments arguments) {
    Optional<Account> account = accountOf(arguments);
    return availability(arguments, "entities", account.map(access::of).orElse(null));
  }

  private List<UserPrivilegeResult> fetchUserPrivilegeOnEntities(
      CallContext context, ManagedObject self, Arguments arguments) {
    Access asked = accountOf(arguments).map(access::of).orElse(null);
    Set<String> known = authorization.catalog().ids();
    List<UserPrivilegeResult> results = new ArrayList<>();
    for (var reference : arguments.list("entities", ManagedObjectReference.class)) {
      ManagedObject entity = objects.require(reference);
      var result = new UserPrivilegeResult();
      result.entity = reference;
      result.privileges =
          asked == null
              ? List.of()
              : known.stream().filter(privilegeId -> asked.has(entity, privilegeId)).toList();
      results.add(result);
    }
    return results;
  }

  private List<EntityPrivilege> availability(
      Arguments arguments, String parameter, @Nullable Access asked) {
    List<String> privilegeIds = arguments.list("privId", String.class);
    List<EntityPrivilege> results = new ArrayList<>();
    for (var reference : arguments.list(parameter, ManagedObjectReference.class)) {
      ManagedObject entity = objects.require(reference);
      var result = new EntityPrivilege();
      result.entity = reference;
      result.privAvailability = new ArrayList<>();
      for (String privilegeId : privilegeIds) {
        var availability = new PrivilegeAvailability();
        availability.privId = privilegeId;
        availability.isGranted = asked != null && asked.has(entity, privilegeId);
        result.privAvailability.add(availability);
      }
      results.add(result);
    }
    return results;
  }

  /** Of permissions on what the caller cannot see nobody is told. */
  private List<Permission> visible(CallContext context, List<EntityPermission> permissions) {
    Access caller = access.of(context.requireSession());
    return permissions.stream()
        .filter(permission -> {
          ManagedObject entity = objects.find(permission.entity());
          return entity != null && caller.has(entity, PrivilegeCatalog.VIEW);
        })
        .map(EntityPermission::shown)
        .toList();
  }

  private Session sessionOf(Arguments arguments) {
    String key = arguments.string("sessionId");
    return sessions.all().stream()
        .filter(session -> session.key().equals(key))
        .findFirst()
        .orElseThrow(() -> Faults.invalidArgument("sessionId"));
  }

  private Optional<Account> accountOf(Arguments arguments) {
    return sessions.accounts().find(arguments.string("userName"));
  }

  private ManagedObjectReference entity(Arguments arguments) {
    return objects.require(arguments.reference("entity")).reference();
  }

  private MethodHandler done(Consumer<Arguments> work) {
    return (context, self, arguments) -> {
      events.telling(
          context.requireSession().userName(),
          () -> {
            work.accept(arguments);
            return self;
          });
      return null;
    };
  }
}
