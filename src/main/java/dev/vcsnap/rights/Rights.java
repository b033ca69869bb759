package dev.vcsnap.rights;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All roles and permissions at one moment. Never changes: whoever holds one can tell by its
 * identity whether anything is new.
 */
final class Rights {

  private final Map<Integer, Role> roles;
  private final Map<String, List<EntityPermission>> byEntity;

  Rights(List<Role> roles, List<EntityPermission> permissions) {
    this.roles = new TreeMap<>();
    roles.forEach(role -> this.roles.put(role.id(), role));
    this.byEntity = new LinkedHashMap<>();
    for (EntityPermission permission : permissions) {
      byEntity
          .computeIfAbsent(permission.entity().value(), id -> new ArrayList<>())
          .add(permission);
    }
  }

  List<Role> roles() {
    return List.copyOf(roles.values());
  }

  @Nullable Role role(int id) {
    return roles.get(id);
  }

  Stream<EntityPermission> permissions() {
    return byEntity.values().stream().flatMap(List::stream);
  }

  List<EntityPermission> permissionsOn(ManagedObjectReference entity) {
    return byEntity.getOrDefault(entity.value(), List.of());
  }

  Map<String, List<EntityPermission>> byEntity() {
    return byEntity;
  }

  /** The same with a role added or replaced. */
  Rights with(Role role) {
    List<Role> all = new ArrayList<>(roles.values());
    all.removeIf(other -> other.id() == role.id());
    all.add(role);
    return new Rights(all, permissions().toList());
  }

  /** The same without a role. */
  Rights without(Role role) {
    return new Rights(
        roles.values().stream().filter(other -> other.id() != role.id()).toList(),
        permissions().toList());
  }

  /** The same without some permissions, and with others. */
  Rights replacing(Predicate<EntityPermission> gone, List<EntityPermission> more) {
    return new Rights(
        roles(), Stream.concat(permissions().filter(gone.negate()), more.stream()).toList());
  }
}
