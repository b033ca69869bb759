package dev.vcsnap.inventory;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimEnum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Holds published values against the interface table: what is required is set, and what is set has
 * the type that is declared.
 */
public final class Conformance {

  private final List<String> problems = new ArrayList<>();
  private final Consumer<ManagedObjectReference> references;

  private Conformance(Consumer<ManagedObjectReference> references) {
    this.references = references;
  }

  /** What is wrong with an object's properties, each with its path; empty if nothing. */
  public static List<String> problems(ManagedObject object) {
    return problems(object, property -> true);
  }

  /** The same for some properties only, e.g. those that one feature publishes. */
  public static List<String> problems(ManagedObject object, Predicate<String> properties) {
    var conformance = new Conformance(reference -> {});
    conformance.walk(object, properties);
    return conformance.problems;
  }

  /** What is wrong with a data object; {@code path} is put in front of each problem. */
  public static List<String> problems(String path, DataObject value) {
    var conformance = new Conformance(reference -> {});
    conformance.data(path, value);
    return conformance.problems;
  }

  /** Every reference in an object's properties. */
  public static List<ManagedObjectReference> references(ManagedObject object) {
    List<ManagedObjectReference> found = new ArrayList<>();
    new Conformance(found::add).walk(object, property -> true);
    return found;
  }

  private void walk(ManagedObject object, Predicate<String> properties) {
    for (Property property : object.type().properties().values()) {
      if (properties.test(property.name())) {
        member(object + " " + property.name(), property, object.get(property.name()));
      }
    }
  }

  private void member(String path, Property property, Object value) {
    if (value != null) {
      value(path, property.type(), value);
    } else if (!property.optional() && !property.type().array()) {
      problems.add(path + " is required and unset");
    }
  }

  private void value(String path, TypeRef type, Object value) {
    if (type.array()) {
      if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          value(path + "[" + i + "]", type.element(), list.get(i));
        }
      } else {
        wrong(path, type, value);
      }
      return;
    }
    boolean right =
        switch (type.kind()) {
          case STRING -> value instanceof String;
          case BOOLEAN -> value instanceof Boolean;
          case BYTE -> value instanceof Byte;
          case SHORT -> value instanceof Short;
          case INT -> value instanceof Integer;
          case LONG -> value instanceof Long;
          case FLOAT -> value instanceof Float;
          case DOUBLE -> value instanceof Double;
          case DATE_TIME -> value instanceof Instant;
          case BINARY -> value instanceof byte[];
          case ANY -> true;
          case REFERENCE -> value instanceof ManagedObjectReference r && reference(r, type.name());
          case ENUM -> value instanceof VimEnum e && e.vimType().name().equals(type.name());
          case DATA -> value instanceof DataObject d && isA(d.vimType(), type.name());
          case VOID -> false;
        };
    if (!right) {
      wrong(path, type, value);
    }
    if (value instanceof DataObject data) {
      data(path, data);
    }
  }

  private void data(String path, DataObject value) {
    DataType type = value.vimType();
    for (int i = 0; i < type.properties().size(); i++) {
      Property property = type.properties().get(i);
      member(path + "." + property.name(), property, value.get(i));
    }
  }

  private boolean reference(ManagedObjectReference reference, String declared) {
    references.accept(reference);
    ManagedType type = Vim25.managed(reference.type());
    return type != null && type.isA(declared);
  }

  private static boolean isA(DataType actual, String declared) {
    DataType type = Vim25.data(declared);
    return type != null && actual.isA(type);
  }

  private void wrong(String path, TypeRef type, Object value) {
    problems.add(path + " should be " + type + " and is " + value.getClass().getSimpleName());
  }
}
