package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ManagedType;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which objects of the inventory contain others, and where they list them. */
final class Containers {

  /** Where the contents of each sort of container are, in the order of listing. */
  private static final Map<String, List<String>> CONTENTS =
      Map.of(
          "Folder", List.of("childEntity"),
          "Datacenter", List.of("vmFolder", "hostFolder", "datastoreFolder", "networkFolder"),
          "ComputeResource", List.of("host", "resourcePool", "datastore", "network"),
          "ResourcePool", List.of("resourcePool", "vm"),
          "HostSystem", List.of("vm", "datastore", "network"));

  private Containers() {}

  /** True if objects of that type contain others. */
  static boolean isContainer(ManagedType type) {
    return contentsOf(type) != null;
  }

  /**
   * Visits what an object contains, and notes into {@code dependencies} where that was read.
   *
   * @param lists says which of the lists to look into
   */
  static void visit(
      ReadPoint point,
      ManagedObject container,
      Predicate<String> lists,
      Dependencies dependencies,
      Consumer<ManagedObject> visitor) {
    List<String> properties = contentsOf(container.type());
    if (properties == null) {
      return;
    }
    ObjectState state = point.stateOf(container);
    dependencies.followed(container, state, properties);
    for (String property : properties) {
      if (!lists.test(property)) {
        continue;
      }
      for (Object reference : asList(state.get(property))) {
        ManagedObject child = point.find((ManagedObjectReference) reference);
        if (child == null) {
          dependencies.unresolved();
        } else {
          visitor.accept(child);
        }
      }
    }
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
