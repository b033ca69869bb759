package dev.vcsnap.property;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.PropertySpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which paths to read of which objects: the compiled {@code propSet} of a filter.
 *
 * <p>All specifications that name an object's type or an ancestor of it count together.
 */
final class PropertyPlan {

  private record Entry(TypeMatch type, boolean all, List<PropertyPath> paths) {}

  /** The paths of one type; {@code matched} is false if no specification names it. */
  private record TypePaths(boolean matched, List<PropertyPath> paths) {}

  private final List<Entry> entries;
  private final Map<ManagedType, TypePaths> byType = new ConcurrentHashMap<>();

  private PropertyPlan(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * Compiles the specifications.
   *
   * @throws dev.vcsnap.vim.VimException InvalidProperty for a path that the named type has not,
   *     InvalidArgument for an unknown type
   */
  static PropertyPlan compile(@Nullable List<PropertySpec> propSet) {
    if (propSet == null || propSet.isEmpty()) {
      throw Faults.invalidArgument("propSet");
    }
    List<Entry> entries = new ArrayList<>();
    for (PropertySpec spec : propSet) {
      TypeMatch type = TypeMatch.of(spec.type, "propSet.type");
      boolean all = Boolean.TRUE.equals(spec.all);
      List<PropertyPath> paths = new ArrayList<>();
      if (!all && spec.pathSet != null) {
        for (String path : spec.pathSet) {
          paths.add(PropertyPath.parse(type, path));
        }
      }
      entries.add(new Entry(type, all, paths));
    }
    return new PropertyPlan(entries);
  }

  /** The paths to read of an object of that type; null if no specification is for it. */
  @Nullable List<PropertyPath> pathsOf(ManagedType type) {
    TypePaths found = byType.get(type);
    if (found == null) {
      found = merge(type);
      byType.put(type, found);
    }
    return found.matched ? found.paths : null;
  }

  private TypePaths merge(ManagedType type) {
    boolean matched = false;
    Map<String, PropertyPath> paths = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (entry.type.matches(type)) {
        matched = true;
        if (entry.all) {
          for (Property property : type.properties().values()) {
            paths.putIfAbsent(property.name(), PropertyPath.of(property));
          }
        }
        entry.paths.forEach(path -> paths.putIfAbsent(path.text(), path));
      }
    }
    return new TypePaths(matched, List.copyOf(paths.values()));
  }
}
