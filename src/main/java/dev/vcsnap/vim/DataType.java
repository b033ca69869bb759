package dev.vcsnap.vim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The description of a data object: its members in schema order, inherited ones first. */
public final class DataType implements VimType {

  private final String name;
  private final DataType base;
  private final Release since;
  private final Supplier<? extends DataObject> constructor;
  private final List<Property> properties;
  private final Map<String, Integer> indexByName;

  private DataType(
      String name,
      DataType base,
      Release since,
      Supplier<? extends DataObject> constructor,
      List<Property> properties) {
    this.name = name;
    this.base = base;
    this.since = since;
    this.constructor = constructor;
    this.properties = List.copyOf(properties);
    this.indexByName = HashMap.newHashMap(properties.size());
    for (int i = 0; i < properties.size(); i++) {
      indexByName.put(properties.get(i).name(), i);
    }
  }

  static DataType of(
      String name,
      DataType base,
      String since,
      Supplier<? extends DataObject> constructor,
      String... own) {
    Release release = Release.parse(since);
    List<Property> all = new ArrayList<>(base == null ? List.of() : base.properties);
    for (String text : own) {
      all.add(Property.parse(text, release));
    }
    return new DataType(name, base, release, constructor, all);
  }

  @Override
  public String name() {
    return name;
  }

  /** The type this one extends; null for the root. */
  public DataType base() {
    return base;
  }

  @Override
  public Release since() {
    return since;
  }

  /** All members, inherited ones first; the position is the index of {@link DataObject#get}. */
  public List<Property> properties() {
    return properties;
  }

  /** The position of a member, or -1. */
  public int indexOf(String property) {
    return indexByName.getOrDefault(property, -1);
  }

  /** A new object with nothing set. */
  public DataObject newInstance() {
    return constructor.get();
  }

  /** True if this is {@code other} or extends it. */
  public boolean isA(DataType other) {
    for (DataType type = this; type != null; type = type.base) {
      if (type == other) {
        return true;
      }
    }
    return false;
  }

  /**
   * The nearest type of this and its ancestors that {@code release} knows: what an older client is
   * shown.
   */
  public DataType at(Release release) {
    DataType type = this;
    while (type.base != null && !release.includes(type.since)) {
      type = type.base;
    }
    return type;
  }

  @Override
  public String toString() {
    return name;
  }
}
