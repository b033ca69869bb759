package dev.vcsnap.rest;

import dev.vcsnap.vim.DynamicProperty;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.ObjectSpec;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.PropertySpec;
import dev.vcsnap.vim.SelectionSpec;
import dev.vcsnap.vim.TraversalSpec;
import dev.vcsnap.vim.Vim25;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One branch of the inventory, as far as the caller may see it, read in one call. */
final class InventoryScan {

  /** The branches of a datacenter, by the property that leads to each. */
  enum Branch {
    MACHINES("vmFolder"),
    HOSTS("hostFolder"),
    DATASTORES("datastoreFolder"),
    NETWORKS("networkFolder");

    private final String property;

    Branch(String property) {
      this.property = property;
    }
  }

  /** A member and what was read of it. */
  record Entry(ManagedObjectReference reference, Map<String, Object> values) {

    String id() {
      return reference.value();
    }

    String name() {
      return (String) values.getOrDefault("name", "");
    }

    @Nullable Object get(String path) {
      return values.get(path);
    }

    /** The id that a property refers to; null if it is unset. */
    @Nullable String idIn(String path) {
      return values.get(path) instanceof ManagedObjectReference other ? other.value() : null;
    }
  }

  private static final String FOLDERS = "folders";
  private static final String BRANCH = "branch";
  private static final String HOSTS = "hosts";
  private static final String POOLS = "pools";
  private static final String NESTED = "nested";

  private final Map<String, Entry> byId = new LinkedHashMap<>();

  private InventoryScan(List<ObjectContent> contents) {
    for (ObjectContent content : contents) {
      Map<String, Object> values = new HashMap<>();
      for (DynamicProperty property :
          Objects.requireNonNullElse(content.propSet, List.<DynamicProperty>of())) {
        values.put(property.name, property.val);
      }
      byId.put(content.obj.value(), new Entry(content.obj, values));
    }
  }

  /**
   * Reads a branch: names and parents of all that is in it, and more of one type.
   *
   * @param paths what to read of the members of that type besides
   */
  static InventoryScan of(VimCalls vim, Branch branch, String type, String... paths) {
    List<PropertySpec> properties = new ArrayList<>();
    properties.add(properties("Folder", List.of("name", "parent")));
    properties.add(properties("Datacenter", List.of("name", "parent")));
    if (branch == Branch.HOSTS) {
      properties.add(properties("ComputeResource", List.of("name", "parent")));
      properties.add(properties("HostSystem", List.of("name", "parent")));
      properties.add(properties("ResourcePool", List.of("name", "parent")));
    }
    List<String> wanted = new ArrayList<>(List.of("name", "parent"));
    wanted.addAll(List.of(paths));
    properties.add(properties(type, wanted));
    var start = new ObjectSpec();
    start.obj = vim.content().rootFolder;
    start.selectSet = steps(branch);
    var spec = new PropertyFilterSpec();
    spec.objectSet = List.of(start);
    spec.propSet = properties;
    return new InventoryScan(vim.retrieve(spec));
  }

  /** The members of a type and the types that extend it. */
  Stream<Entry> all(String type) {
    return byId.values().stream().filter(entry -> isA(entry, type));
  }

  /** The member of that id; null if there is none. */
  @Nullable Entry find(@Nullable String id) {
    return id == null ? null : byId.get(id);
  }

  /** The ids of what a member is in, the nearest first. */
  Stream<String> ancestors(Entry entry) {
    return Stream.iterate(entry.idIn("parent"), Objects::nonNull, this::parentOf);
  }

  private @Nullable String parentOf(@Nullable String id) {
    Entry entry = find(id);
    return entry == null ? null : entry.idIn("parent");
  }

  static boolean isA(Entry entry, String type) {
    return Objects.requireNonNull(Vim25.managed(entry.reference.type())).isA(type);
  }

  private static List<SelectionSpec> steps(Branch branch) {
    List<SelectionSpec> steps = new ArrayList<>();
    if (branch == Branch.HOSTS) {
      steps.add(step(FOLDERS, "Folder", "childEntity", FOLDERS, BRANCH, HOSTS, POOLS));
      steps.add(step(HOSTS, "ComputeResource", "host"));
      steps.add(step(POOLS, "ComputeResource", "resourcePool", NESTED));
      steps.add(step(NESTED, "ResourcePool", "resourcePool", NESTED));
    } else {
      steps.add(step(FOLDERS, "Folder", "childEntity", FOLDERS, BRANCH));
    }
    steps.add(step(BRANCH, "Datacenter", branch.property, FOLDERS));
    return steps;
  }

  private static SelectionSpec step(String name, String type, String path, String... next) {
    var step = new TraversalSpec();
    step.name = name;
    step.type = type;
    step.path = path;
    step.skip = false;
    step.selectSet = Stream.of(next).map(InventoryScan::named).toList();
    return step;
  }

  private static SelectionSpec named(String name) {
    var selection = new SelectionSpec();
    selection.name = name;
    return selection;
  }

  private static PropertySpec properties(String type, List<String> paths) {
    var properties = new PropertySpec();
    properties.type = type;
    properties.pathSet = paths;
    return properties;
  }
}
