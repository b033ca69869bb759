package dev.vcsnap.history;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An entity, what is directly below it, or both with everything further down, as the filters of
 * tasks and events name it.
 *
 * <p>A machine is below its folder, its host and its resource pool.
 */
public final class EntityScope {

  /** How far below the entity a filter looks. */
  public enum Depth {
    SELF,
    CHILDREN,
    ALL
  }

  private static final List<String> UPWARDS = List.of("parent", "resourcePool", "parentVApp");

  /** A tree of clients' folders is not deeper; a longer way up is a circle. */
  private static final int LEVELS_MAX = 100;

  private final ObjectRegistry objects;
  private final ManagedObjectReference entity;
  private final Depth depth;

  /**
   * Makes the scope.
   *
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound if there is no such entity
   */
  public EntityScope(ObjectRegistry objects, ManagedObjectReference entity, Depth depth) {
    ManagedObject found = objects.find(entity);
    if (found == null) {
      throw Faults.notFound(entity);
    }
    this.objects = objects;
    this.entity = found.reference();
    this.depth = depth;
  }

  /** True if the root of the inventory is meant, to which belongs what has no entity. */
  public boolean isRoot() {
    ManagedObject top = objects.find(entity.value());
    return top != null && top.type().name().equals("Folder") && top.get("parent") == null;
  }

  /** True if the scope is everything there is. */
  public boolean isEverything() {
    return depth == Depth.ALL && isRoot();
  }

  /** True for a scope that looks at the entity alone. */
  public boolean isSelf() {
    return depth == Depth.SELF;
  }

  /** True if the object is within the scope; one that was removed is only ever itself. */
  public boolean contains(ManagedObjectReference object) {
    return switch (depth) {
      case SELF -> object.equals(entity);
      case CHILDREN -> parents(object).contains(entity);
      case ALL -> isEverything() || isAtOrBelow(object, new HashSet<>());
    };
  }

  private boolean isAtOrBelow(ManagedObjectReference object, Set<ManagedObjectReference> seen) {
    if (object.equals(entity)) {
      return true;
    }
    if (seen.size() >= LEVELS_MAX || !seen.add(object)) {
      return false;
    }
    for (ManagedObjectReference parent : parents(object)) {
      if (isAtOrBelow(parent, seen)) {
        return true;
      }
    }
    return false;
  }

  private Set<ManagedObjectReference> parents(ManagedObjectReference object) {
    Set<ManagedObjectReference> parents = new HashSet<>();
    ManagedObject found = objects.find(object.value());
    if (found != null) {
      for (String property : UPWARDS) {
        if (found.type().properties().containsKey(property)
            && found.get(property) instanceof ManagedObjectReference parent) {
          parents.add(parent);
        }
      }
    }
    return parents;
  }
}
