package dev.vcsnap.vim;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The description of a managed object: its properties and methods, inherited ones included. */
public final class ManagedType implements VimType {

  private final String name;
  private final ManagedType base;
  private final Release since;
  private final String vmodlName;
  private final Map<String, Property> properties = new LinkedHashMap<>();
  private final Map<String, MethodType> methods = new LinkedHashMap<>();
  private final Map<String, Integer> positions = new HashMap<>();

  private ManagedType(String name, ManagedType base, Release since, String vmodlName) {
    this.name = name;
    this.base = base;
    this.since = since;
    this.vmodlName = vmodlName;
    if (base != null) {
      properties.putAll(base.properties);
      methods.putAll(base.methods);
    }
  }

  /** Made by the generated descriptors only. */
  public static ManagedType of(
      String name,
      ManagedType base,
      String since,
      String vmodlName,
      String[] properties,
      String[] methods) {
    var type = new ManagedType(name, base, Release.parse(since), vmodlName);
    for (String text : properties) {
      Property property = Property.parse(text, type.since);
      type.properties.put(property.name(), property);
    }
    for (String property : type.properties.keySet()) {
      type.positions.put(property, type.positions.size());
    }
    for (String text : methods) {
      MethodType method = MethodType.parse(text, type.since);
      type.methods.put(method.name(), method);
    }
    return type;
  }

  @Override
  public String name() {
    return name;
  }

  /** The type this one extends; null for a root. */
  public ManagedType base() {
    return base;
  }

  @Override
  public Release since() {
    return since;
  }

  /** The name in the interface's own model, e.g. {@code vim.vm.Snapshot}. */
  public String vmodlName() {
    return vmodlName;
  }

  /** The properties by name, inherited ones first. */
  public Map<String, Property> properties() {
    return java.util.Collections.unmodifiableMap(properties);
  }

  /** The position of a property among {@link #properties}, or -1 if there is none of that name. */
  public int indexOf(String property) {
    return positions.getOrDefault(property, -1);
  }

  /** The methods by wire name, inherited ones first. */
  public Map<String, MethodType> methods() {
    return java.util.Collections.unmodifiableMap(methods);
  }

  /**
   * True if this is the type of that name or extends it; {@code ManagedObject} is everybody's
   * ancestor.
   */
  public boolean isA(String typeName) {
    if (typeName.equals("ManagedObject")) {
      return true;
    }
    for (ManagedType type = this; type != null; type = type.base) {
      if (type.name.equals(typeName)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return name;
  }
}
