package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Vim25;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is below a container of the inventory; walks again only after the inventory changed
 * there.
 */
final class ContainerWalk implements LiveMembers {

  private static final Set<String> LEAF_PROPERTIES = Set.of("vm", "datastore", "network");

  private record Members(List<ManagedObject> objects, Dependencies dependencies) {}

  private final ObjectRegistry registry;
  private final ManagedObject container;
  private final List<TypeMatch> wanted;
  private final boolean recursive;

  /** Guarded by this. */
  private @Nullable Members cached;

  /**
   * Makes the walk.
   *
   * @param wanted the types to gather; empty for all
   * @param recursive false for the container's own contents only
   */
  ContainerWalk(
      ObjectRegistry registry, ManagedObject container, List<TypeMatch> wanted, boolean recursive) {
    this.registry = registry;
    this.container = container;
    this.wanted = wanted;
    this.recursive = recursive;
  }

  @Override
  public Object valueFor(@Nullable String sessionId) {
    try (ReadPoint point = registry.readPoint()) {
      List<ManagedObjectReference> references = new ArrayList<>();
      for (ManagedObject object : members(point).objects) {
        if (point.contains(object)) {
          references.add(object.reference());
        }
      }
      return references;
    }
  }

  @Override
  public Collection<ManagedObject> at(ReadPoint point, Dependencies dependencies) {
    Members members;
    synchronized (this) {
      members = members(point);
      dependencies.include(members.dependencies);
    }
    return members.objects;
  }

  private synchronized Members members(ReadPoint point) {
    Members members = cached;
    if (members == null || members.dependencies.changedAt(point)) {
      members = walk(point);
      cached = members;
    }
    return members;
  }

  private Members walk(ReadPoint point) {
    var dependencies = new Dependencies(point);
    Set<ManagedObject> seen = new HashSet<>();
    List<ManagedObject> found = new ArrayList<>();
    ArrayDeque<ManagedObject> open = new ArrayDeque<>();
    open.add(container);
    while (!open.isEmpty()) {
      ManagedObject parent = open.removeFirst();
      Containers.visit(
          point,
          parent,
          property -> mayHold(parent.type(), property),
          dependencies,
          child -> {
            if (seen.add(child)) {
              if (isWanted(child)) {
                found.add(child);
              }
              if (recursive) {
                open.addLast(child);
              }
            }
          });
    }
    return new Members(found, dependencies);
  }

  private boolean isWanted(ManagedObject object) {
    return wanted.isEmpty() || wanted.stream().anyMatch(type -> type.matches(object.type()));
  }

  /**
   * Spares the lists of leaves that nobody asked for: a host repeats all machines and datastores.
   */
  private boolean mayHold(ManagedType owner, String property) {
    if (wanted.isEmpty() || !LEAF_PROPERTIES.contains(property)) {
      return true;
    }
    Property declared = owner.properties().get(property);
    ManagedType held = declared == null ? null : Vim25.managed(declared.type().name());
    return held == null || wanted.stream().anyMatch(type -> type.isRelatedTo(held));
  }
}
