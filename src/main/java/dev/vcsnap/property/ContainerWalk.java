package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.ObjectState;
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
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is below a container of the inventory; walks again only after the inventory changed
 * there.
 */
final class ContainerWalk implements LiveMembers {

  /** Where the contents of each sort of container are, in the order of listing. */
  private static final Map<String, List<String>> CONTENTS =
      Map.of(
          "Folder", List.of("childEntity"),
          "Datacenter", List.of("vmFolder", "hostFolder", "datastoreFolder", "networkFolder"),
          "ComputeResource", List.of("host", "resourcePool", "datastore", "network"),
          "ResourcePool", List.of("resourcePool", "vm"),
          "HostSystem", List.of("vm", "datastore", "network"));

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

  /** True if objects of that type contain others. */
  static boolean isContainer(ManagedType type) {
    return contentsOf(type) != null;
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
      List<String> properties = contentsOf(parent.type());
      if (properties == null) {
        continue;
      }
      ObjectState state = point.stateOf(parent);
      dependencies.followed(parent, state, properties);
      for (String property : properties) {
        if (!mayHold(parent.type(), property)) {
          continue;
        }
        for (Object reference : asList(state.get(property))) {
          ManagedObject child = point.find((ManagedObjectReference) reference);
          if (child == null) {
            dependencies.unresolved();
          } else if (seen.add(child)) {
            if (isWanted(child)) {
              found.add(child);
            }
            if (recursive) {
              open.addLast(child);
            }
          }
        }
      }
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

  private static List<?> asList(@Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    return value instanceof List<?> list ? list : List.of(value);
  }

  private static @Nullable List<String> contentsOf(ManagedType type) {
    for (ManagedType t = type; t != null; t = t.base()) {
      List<String> properties = CONTENTS.get(t.name());
      if (properties != null) {
        return properties;
      }
    }
    return null;
  }
}
