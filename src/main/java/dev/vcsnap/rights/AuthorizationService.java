package dev.vcsnap.rights;

import dev.vcsnap.session.Account;
import dev.vcsnap.session.Accounts;
import dev.vcsnap.session.Principal;
import dev.vcsnap.vim.AuthMinimumAdminPermission;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.Permission;
import dev.vcsnap.vim.RemoveFailed;
import dev.vcsnap.vim.UserNotFound;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The roles and permissions, and their changes.
 *
 * <p>Changes are few and one at a time; readers take what is there at that moment.
 */
public final class AuthorizationService {

  private static final int ROLES_MAX = 1_000;
  private static final int PERMISSIONS_MAX = 100_000;
  private static final int NAME_MAX = 255;

  /** What a role that somebody makes always has. */
  private static final Set<String> ALWAYS =
      Set.of(PrivilegeCatalog.ANONYMOUS, PrivilegeCatalog.VIEW, PrivilegeCatalog.READ);

  private final Accounts accounts;
  private final PrivilegeCatalog catalog;
  private final RightsKeeper keeper;
  private final ManagedObjectReference root;
  private final Grant view;
  private volatile Rights rights;

  /** Starts with the roles that every server has, and keeps nothing. */
  public AuthorizationService(Accounts accounts, PrivilegeCatalog catalog) {
    this(accounts, catalog, RightsKeeper.NOTHING, RootFolder.OF_VCENTER);
  }

  /**
   * Starts with what was kept, or with the roles that every server has; and with a permission for
   * each account that has a role and nothing else was said about.
   *
   * @param keeper is told of each change before it is in force
   * @param root where a permission holds for everything
   */
  public AuthorizationService(
      Accounts accounts, PrivilegeCatalog catalog, RightsKeeper keeper, RootFolder root) {
    this.root = root.reference();
    this.accounts = accounts;
    this.catalog = catalog;
    this.keeper = keeper;
    RightsKeeper.Kept kept = keeper.read();
    List<Role> roles = new ArrayList<>(BuiltInRoles.all());
    if (!kept.permissions().isEmpty()) {
      roles.removeIf(role -> !role.system());
      roles.addAll(kept.roles());
    }
    var start = new Rights(roles, kept.permissions().stream().map(this::onRoot).toList());
    this.view = new Grant(List.of(Objects.requireNonNull(start.role(BuiltInRoles.VIEW))));
    this.rights = start;
    List<EntityPermission> missing = ofAccounts(start);
    if (!missing.isEmpty()) {
      change(start.replacing(permission -> false, missing));
    }
  }

  /** Earlier versions gave a host's permissions on the root that a vCenter has. */
  private EntityPermission onRoot(EntityPermission kept) {
    return kept.entity().equals(RootFolder.OF_VCENTER.reference()) ? kept.on(root) : kept;
  }

  ManagedObjectReference root() {
    return root;
  }

  /** All roles, by id. */
  public List<Role> roles() {
    return rights.roles();
  }

  /** All privileges that there are. */
  public PrivilegeCatalog catalog() {
    return catalog;
  }

  /**
   * Adds a role.
   *
   * @return its id
   * @throws VimException InvalidName, AlreadyExists, InvalidArgument for an unknown privilege
   */
  public synchronized int addRole(String name, List<String> privilegeIds) {
    requireName(name, null);
    if (rights.roles().size() >= ROLES_MAX) {
      throw Faults.invalidArgument("name");
    }
    int id = 1 + rights.roles().stream().mapToInt(Role::id).max().orElse(0);
    change(rights.with(userRole(id, name, privilegeIds)));
    return id;
  }

  /** Gives a role another name and other privileges. */
  public synchronized void updateRole(int roleId, String name, List<String> privilegeIds) {
    Role role = requireChangeable(roleId);
    requireName(name, role);
    change(rights.with(userRole(roleId, name, privilegeIds)));
  }

  /**
   * Removes a role, and the permissions that give it.
   *
   * @param failIfUsed true to refuse that with RemoveFailed if there are any
   */
  public synchronized void removeRole(int roleId, boolean failIfUsed) {
    Role role = requireChangeable(roleId);
    if (failIfUsed && rights.permissions().anyMatch(permission -> permission.roleId() == roleId)) {
      throw new VimException(
          new RemoveFailed(), "The role '" + role.name() + "' is used by permissions.");
    }
    change(rights.replacing(permission -> permission.roleId() == roleId, List.of()).without(role));
  }

  /** Gives everybody who has one role another one. */
  public synchronized void mergePermissions(int fromRoleId, int toRoleId) {
    requireRole(fromRoleId);
    requireGrantable(toRoleId, "dstRoleId");
    List<EntityPermission> moved =
        rights
            .permissions()
            .filter(permission -> permission.roleId() == fromRoleId)
            .map(permission -> permission.withRole(toRoleId))
            .toList();
    change(rights.replacing(permission -> permission.roleId() == fromRoleId, moved));
  }

  /** Sets permissions on an object; those of others stay. */
  public synchronized void setPermissions(
      ManagedObjectReference entity, List<Permission> permissions) {
    List<EntityPermission> wanted = wanted(entity, permissions);
    change(
        rights.replacing(
            old ->
                old.entity().equals(entity)
                    && wanted.stream().anyMatch(one -> one.isFor(old.principal(), old.group())),
            wanted));
  }

  /** Sets permissions on an object, and takes all others from it. */
  public synchronized void resetPermissions(
      ManagedObjectReference entity, List<Permission> permissions) {
    List<EntityPermission> wanted = wanted(entity, permissions);
    change(rights.replacing(old -> old.entity().equals(entity), wanted));
  }

  /**
   * Takes one permission from an object.
   *
   * @throws VimException NotFound if there is none for that user or group
   */
  public synchronized void removePermission(
      ManagedObjectReference entity, String principal, boolean group) {
    Principal who = Principal.parse(principal);
    if (rights.permissionsOn(entity).stream().noneMatch(one -> one.isFor(who, group))) {
      throw new VimException(
          new NotFound(), "There is no permission of '" + principal + "' on " + entity.value());
    }
    change(
        rights.replacing(old -> old.entity().equals(entity) && old.isFor(who, group), List.of()));
  }

  /** Takes all permissions from objects that are gone for good. */
  public synchronized void forget(Set<ManagedObjectReference> entities) {
    if (entities.stream().anyMatch(entity -> !rights.permissionsOn(entity).isEmpty())) {
      change(rights.replacing(old -> entities.contains(old.entity()), List.of()));
    }
  }

  /** Every permission that there is. */
  public List<EntityPermission> permissions() {
    return rights.permissions().toList();
  }

  /** The permissions that give a role. */
  public List<EntityPermission> permissionsOfRole(int roleId) {
    requireRole(roleId);
    return rights.permissions().filter(permission -> permission.roleId() == roleId).toList();
  }

  /** What was set on the object itself, as the interface shows it. */
  public List<Permission> permissionsOn(ManagedObjectReference entity) {
    return rights.permissionsOn(entity).stream().map(EntityPermission::shown).toList();
  }

  Rights rights() {
    return rights;
  }

  /** What one has on the way to something. */
  Grant view() {
    return view;
  }

  /**
   * Roles and permissions at one moment.
   *
   * @param roles by id
   */
  public record Snapshot(List<Role> roles, List<EntityPermission> permissions) {}

  /** Makes a change, and tells what it was from and to; nobody else changes anything meanwhile. */
  public synchronized <T> T observed(Supplier<T> change, BiConsumer<Snapshot, Snapshot> then) {
    var before = new Snapshot(roles(), permissions());
    T result = change.get();
    then.accept(before, new Snapshot(roles(), permissions()));
    return result;
  }

  /** Puts a change into force, unless nobody could ever change anything afterwards. */
  private void change(Rights changed) {
    boolean administered =
        changed.permissionsOn(root).stream()
            .anyMatch(one -> one.roleId() == BuiltInRoles.ADMIN && one.propagate());
    if (!administered) {
      throw new VimException(
          new AuthMinimumAdminPermission(),
          "The operation would leave no user with the Administrator role on the root folder.");
    }
    keeper.keep(
        new RightsKeeper.Kept(
            changed.roles().stream().filter(role -> !role.system()).toList(),
            changed.permissions().toList()));
    rights = changed;
  }

  private List<EntityPermission> wanted(
      ManagedObjectReference entity, List<Permission> permissions) {
    if (rights.permissions().count() + permissions.size() > PERMISSIONS_MAX) {
      throw Faults.invalidArgument("permission");
    }
    List<EntityPermission> wanted = new ArrayList<>();
    for (Permission permission : permissions) {
      Principal principal = Principal.parse(permission.principal);
      if (!accounts.exists(principal, permission.group)) {
        var fault = new UserNotFound();
        fault.principal = permission.principal;
        fault.unresolved = false;
        throw new VimException(
            fault, "The user or group named '" + permission.principal + "' does not exist.");
      }
      requireGrantable(permission.roleId, "permission.roleId");
      if (wanted.stream().anyMatch(other -> other.isFor(principal, permission.group))) {
        throw Faults.invalidArgument("permission.principal");
      }
      wanted.add(
          new EntityPermission(
              entity, principal, permission.group, permission.roleId, permission.propagate));
    }
    return wanted;
  }

  private Role requireRole(int roleId) {
    Role role = rights.role(roleId);
    if (role == null) {
      throw new VimException(new NotFound(), "There is no role with the id " + roleId + ".");
    }
    return role;
  }

  private void requireGrantable(int roleId, String argument) {
    if (requireRole(roleId).cannotBeGranted()) {
      throw Faults.invalidArgument(argument);
    }
  }

  private Role requireChangeable(int roleId) {
    Role role = requireRole(roleId);
    if (role.system()) {
      throw Faults.invalidArgument("roleId");
    }
    return role;
  }

  private void requireName(String name, @Nullable Role present) {
    if (name.isBlank() || name.length() > NAME_MAX) {
      var fault = new InvalidName();
      fault.name = name;
      throw new VimException(fault, "The name '" + name + "' is invalid.");
    }
    for (Role other : rights.roles()) {
      if (other.name().equals(name) && !other.equals(present)) {
        throw Faults.alreadyExists(name, "There is a role with the name '" + name + "' already.");
      }
    }
  }

  private Role userRole(int id, String name, List<String> privilegeIds) {
    for (String privilegeId : privilegeIds) {
      if (!catalog.ids().contains(privilegeId)) {
        throw Faults.invalidArgument("privIds[\"" + privilegeId + "\"]");
      }
    }
    Set<String> privileges = new HashSet<>(privilegeIds);
    privileges.addAll(ALWAYS);
    return new Role(id, false, name, name, name, Role.Kind.LISTED, privileges);
  }

  /**
   * Everything for the administrators, and for each account that has a role this one; as far as
   * nothing is said about them yet.
   */
  private List<EntityPermission> ofAccounts(Rights start) {
    Stream<EntityPermission> administrators =
        Stream.of(
            new EntityPermission(root, Account.ADMINISTRATORS, true, BuiltInRoles.ADMIN, true));
    Stream<EntityPermission> others =
        accounts.users().stream()
            .filter(account -> !account.role().isEmpty())
            .map(account ->
                new EntityPermission(root, account.principal(), false, idOf(account, start), true));
    return Stream.concat(administrators, others)
        .filter(permission ->
            start
                .permissions()
                .noneMatch(said -> said.isFor(permission.principal(), permission.group())))
        .toList();
  }

  private static int idOf(Account account, Rights start) {
    return start.roles().stream()
        .filter(role -> role.name().equals(account.role()) && !role.cannotBeGranted())
        .findFirst()
        .map(Role::id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "The account '"
                    + account
                    + "' has the role '"
                    + account.role()
                    + "', and no such role can be given"));
  }
}
