package dev.vcsnap.inventory;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ServiceContent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names in the tree and the way along them, e.g. {@code /DC0/vm/DC0_H0_VM0}.
 *
 * <p>A slash inside a name is spelled {@code %2f} in the name itself and in a path; {@code %5c} is
 * a backslash and {@code %25} a percent sign.
 */
public final class InventoryPaths {

  private static final int DEPTH_MAX = 256;

  private final ObjectRegistry objects;

  public InventoryPaths(ObjectRegistry objects) {
    this.objects = objects;
  }

  /** The root folder; null where there is no service instance to name it. */
  @Nullable ManagedObject root() {
    ManagedObject service = objects.find(ServiceObjects.SERVICE_INSTANCE);
    return service != null && service.get("content") instanceof ServiceContent content
        ? objects.find(content.rootFolder)
        : null;
  }

  /** The path of a member of the tree, with a slash in front and without the root folder's name. */
  public String pathOf(ManagedObject entity) {
    Deque<String> names = new ArrayDeque<>();
    ManagedObject at = entity;
    for (int depth = 0; depth < DEPTH_MAX && parent(at) != null; depth++) {
      names.addFirst(name(at));
      at = Objects.requireNonNull(parent(at));
    }
    return "/" + String.join("/", names);
  }

  /** The member at a path, whether it starts with a slash or not; null if there is none. */
  @Nullable ManagedObject find(ManagedObject root, String path) {
    ManagedObject at = root;
    for (String name : path.split("/")) {
      if (!name.isEmpty() && at != null) {
        at = child(at, name);
      }
    }
    return at;
  }

  /** The child of that name; null if there is none. */
  @Nullable ManagedObject child(ManagedObject parent, String name) {
    String wanted = decoded(name);
    return children(parent)
        .map(objects::find)
        .filter(Objects::nonNull)
        .filter(child -> decoded(name(child)).equals(wanted))
        .findFirst()
        .orElse(null);
  }

  /** The nearest datacenter above, or the object itself if it is one; null outside of any. */
  @Nullable ManagedObject datacenterOf(ManagedObject entity) {
    ManagedObject at = entity;
    for (int depth = 0; depth < DEPTH_MAX && at != null; depth++) {
      if (at.type().isA("Datacenter")) {
        return at;
      }
      at = parent(at);
    }
    return null;
  }

  private @Nullable ManagedObject parent(ManagedObject entity) {
    return entity.type().properties().containsKey("parent")
            && entity.get("parent") instanceof ManagedObjectReference reference
        ? objects.find(reference)
        : null;
  }

  private static Stream<ManagedObjectReference> children(ManagedObject parent) {
    List<String> properties =
        switch (parent.type().name()) {
          case "Folder" -> List.of("childEntity");
          case "Datacenter" ->
              List.of("vmFolder", "hostFolder", "datastoreFolder", "networkFolder");
          case "ComputeResource", "ClusterComputeResource" -> List.of("host", "resourcePool");
          case "ResourcePool", "VirtualApp" -> List.of("resourcePool", "vm");
          default -> List.of();
        };
    List<ManagedObjectReference> children = new ArrayList<>();
    for (String property : properties) {
      switch (parent.get(property)) {
        case ManagedObjectReference one -> children.add(one);
        case List<?> many ->
            many.forEach(element -> children.add((ManagedObjectReference) element));
        case null, default -> {}
      }
    }
    return children.stream();
  }

  public static String name(ManagedObject entity) {
    return entity.get("name") instanceof String name ? name : "";
  }

  /**
   * A name as its owner meant it, with the three characters that are spelled with a percent sign.
   */
  public static String decoded(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    return name.replaceAll("(?i)%2f", "/").replaceAll("(?i)%5c", "\\\\").replace("%25", "%");
  }
}
