package dev.vcsnap.rights;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a caller has on an object: the roles, and the privileges that these add up to. */
final class Grant {

  /** Nothing. */
  static final Grant NONE = new Grant(List.of());

  private final List<Role> roles;
  private final List<Integer> roleIds;

  Grant(List<Role> roles) {
    this.roles = roles.stream().distinct().toList();
    this.roleIds = this.roles.stream().map(Role::id).sorted().toList();
  }

  boolean has(String privilegeId) {
    for (Role role : roles) {
      if (role.has(privilegeId)) {
        return true;
      }
    }
    return false;
  }

  /** True if nothing is refused. */
  boolean hasEverything() {
    return roleIds.contains(BuiltInRoles.ADMIN);
  }

  /** The roles by their ids, in order. */
  List<Integer> roleIds() {
    return roleIds;
  }

  /** All privileges, as far as there are any. */
  Set<String> privileges(PrivilegeCatalog catalog) {
    Set<String> held = new TreeSet<>();
    catalog.ids().stream().filter(this::has).forEach(held::add);
    return held;
  }

  /** This and the other one together. */
  Grant plus(Grant other) {
    if (roleIds.containsAll(other.roleIds)) {
      return this;
    }
    if (other.roleIds.containsAll(roleIds)) {
      return other;
    }
    List<Role> all = new ArrayList<>(roles);
    other.roles.stream().filter(role -> !roleIds.contains(role.id())).forEach(all::add);
    return new Grant(all);
  }
}
