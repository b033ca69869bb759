package dev.vcsnap.rights;

import dev.vcsnap.session.Account;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What all permissions together say about one user, by the objects that they were set on.
 *
 * <p>On one object a user's own permission counts before those of the user's groups, and these add
 * up.
 */
final class Standing {

  /**
   * What is said on one object.
   *
   * @param here what holds for the object itself
   * @param below what holds for everything below; null if nothing propagates
   */
  record Said(Grant here, @Nullable Grant below) {}

  private final Rights rights;
  private final Map<String, Said> byEntity = new HashMap<>();
  private final @Nullable Grant everywhere;

  Standing(Rights rights, Account account, String rootId) {
    this.rights = rights;
    rights
        .byEntity()
        .forEach((entity, permissions) -> {
          Grant here = said(account, permissions, permission -> true);
          if (here != null) {
            Grant below = said(account, permissions, EntityPermission::propagate);
            byEntity.put(entity, new Said(here, below));
          }
        });
    Said atRoot = byEntity.get(rootId);
    this.everywhere =
        atRoot != null
                && byEntity.size() == 1
                && atRoot.below != null
                && atRoot.here.roleIds().equals(atRoot.below.roleIds())
            ? atRoot.here
            : null;
  }

  /** What this was made from. */
  Rights rights() {
    return rights;
  }

  /** What was set on the object itself; null if nothing was. */
  @Nullable Said on(String entityId) {
    return byEntity.get(entityId);
  }

  /** What holds for every object alike; null if they differ. */
  @Nullable Grant everywhere() {
    return everywhere;
  }

  /** The objects that something was set on. */
  Iterable<Map.Entry<String, Said>> all() {
    return byEntity.entrySet();
  }

  private @Nullable Grant said(
      Account account, List<EntityPermission> permissions, Predicate<EntityPermission> counts) {
    List<Role> groups = new ArrayList<>();
    for (EntityPermission permission : permissions) {
      if (counts.test(permission)) {
        Role role = Objects.requireNonNull(rights.role(permission.roleId()));
        if (permission.isFor(account.principal(), false)) {
          return new Grant(List.of(role));
        }
        if (permission.group() && account.groups().contains(permission.principal())) {
          groups.add(role);
        }
      }
    }
    return groups.isEmpty() ? null : new Grant(groups);
  }
}
