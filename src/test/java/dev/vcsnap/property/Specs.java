package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DynamicProperty;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.ObjectSpec;
import dev.vcsnap.vim.ObjectUpdate;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.PropertySpec;
import dev.vcsnap.vim.SelectionSpec;
import dev.vcsnap.vim.TraversalSpec;
import dev.vcsnap.vim.UpdateSet;
import dev.vcsnap.vim.WaitOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes specifications as briefly as they are thought, and reads answers as plain values. */
final class Specs {

  private Specs() {}

  static PropertyFilterSpec filter(List<PropertySpec> properties, ObjectSpec... objects) {
    var spec = new PropertyFilterSpec();
    spec.propSet = properties;
    spec.objectSet = List.of(objects);
    return spec;
  }

  static PropertyFilterSpec filter(PropertySpec properties, ObjectSpec... objects) {
    return filter(List.of(properties), objects);
  }

  /** One object and paths of it. */
  static PropertyFilterSpec of(ManagedObject object, String... paths) {
    return filter(properties(object.type().name(), paths), object(object));
  }

  static PropertySpec properties(String type, String... paths) {
    var spec = new PropertySpec();
    spec.type = type;
    spec.pathSet = List.of(paths);
    return spec;
  }

  static PropertySpec all(String type) {
    var spec = new PropertySpec();
    spec.type = type;
    spec.all = true;
    return spec;
  }

  static ObjectSpec object(ManagedObject object, SelectionSpec... next) {
    return object(object.reference(), next);
  }

  static ObjectSpec object(ManagedObjectReference object, SelectionSpec... next) {
    var spec = new ObjectSpec();
    spec.obj = object;
    spec.selectSet = List.of(next);
    return spec;
  }

  static ObjectSpec skipped(ObjectSpec spec) {
    spec.skip = true;
    return spec;
  }

  static TraversalSpec traverse(String type, String path, SelectionSpec... next) {
    var spec = new TraversalSpec();
    spec.type = type;
    spec.path = path;
    spec.selectSet = List.of(next);
    return spec;
  }

  static TraversalSpec named(String name, TraversalSpec spec) {
    spec.name = name;
    return spec;
  }

  static SelectionSpec byName(String name) {
    var spec = new SelectionSpec();
    spec.name = name;
    return spec;
  }

  /** What govmomi and pyVmomi list machines with. */
  static PropertyFilterSpec membersOf(ManagedObjectReference view, PropertySpec properties) {
    return filter(properties, skipped(object(view, traverse("ContainerView", "view"))));
  }

  static WaitOptions options(Integer maxWaitSeconds, Integer maxObjectUpdates) {
    var options = new WaitOptions();
    options.maxWaitSeconds = maxWaitSeconds;
    options.maxObjectUpdates = maxObjectUpdates;
    return options;
  }

  static List<String> idsOf(List<ObjectContent> contents) {
    return contents.stream().map(content -> content.obj.value()).toList();
  }

  static Map<String, Object> valuesOf(ObjectContent content) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (DynamicProperty property : content.propSet) {
      values.put(property.name, plain(property.val));
    }
    return values;
  }

  /** {@code kind id name op=value ...} of each update, in order. */
  static List<String> linesOf(UpdateSet set) {
    return set.filterSet.stream()
        .flatMap(filter -> filter.objectSet.stream())
        .map(Specs::lineOf)
        .toList();
  }

  private static String lineOf(ObjectUpdate update) {
    var line = new StringBuilder(update.kind + " " + update.obj.value());
    update.changeSet.forEach(change ->
        line.append(' ')
            .append(change.name)
            .append(' ')
            .append(change.op)
            .append(change.val == null ? "" : "=" + plain(change.val)));
    return line.toString();
  }

  private static Object plain(Object value) {
    return value instanceof ArrayOf array ? array.items() : value;
  }
}
