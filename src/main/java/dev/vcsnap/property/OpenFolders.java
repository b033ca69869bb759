package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an inventory view shows: the root folder, and the contents of the containers that are open
 * and shown themselves.
 *
 * <p>Which ones are open is what the view publishes as its property {@code view}, so that opening
 * one is a change like any other; clients read what this makes of it.
 */
final class OpenFolders implements LiveMembers {

  private final ObjectRegistry registry;
  private final ManagedObject view;
  private final ManagedObject root;

  OpenFolders(ObjectRegistry registry, ManagedObject view, ManagedObject root) {
    this.registry = registry;
    this.view = view;
    this.root = root;
  }

  @Override
  public Object valueFor(@Nullable String sessionId) {
    try (ReadPoint point = registry.readPoint()) {
      return at(point, new Dependencies(point)).stream().map(ManagedObject::reference).toList();
    }
  }

  @Override
  public Collection<ManagedObject> at(ReadPoint point, Dependencies dependencies) {
    dependencies.followed(view, point.stateOf(view), List.of("view"));
    Set<Object> open =
        point.stateOf(view).get("view") instanceof List<?> list ? new HashSet<>(list) : Set.of();
    Set<ManagedObject> shown = new LinkedHashSet<>();
    ArrayDeque<ManagedObject> toOpen = new ArrayDeque<>();
    shown.add(root);
    toOpen.add(root);
    while (!toOpen.isEmpty()) {
      ManagedObject container = toOpen.removeFirst();
      ManagedObjectReference reference = container.reference();
      if (open.contains(reference)) {
        Containers.visit(
            point,
            container,
            property -> true,
            dependencies,
            child -> {
              if (shown.add(child)) {
                toOpen.addLast(child);
              }
            });
      }
    }
    return shown;
  }
}
