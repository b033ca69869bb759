package dev.vcsnap.vijson;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimEnum;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The type names that a value carries where the interface declares only {@code anyType}.
 *
 * <p>They are those of the type table, but for primitives, which JSON spells in its own way: {@code
 * binary} is the table's {@code base64Binary}.
 */
final class AnyNames {

  static final String REFERENCE = "ManagedObjectReference";

  private static final String ARRAY = "ArrayOf";

  private static final Map<Kind, String> PRIMITIVES =
      Map.ofEntries(
          Map.entry(Kind.STRING, "string"),
          Map.entry(Kind.BOOLEAN, "boolean"),
          Map.entry(Kind.BYTE, "byte"),
          Map.entry(Kind.SHORT, "short"),
          Map.entry(Kind.INT, "int"),
          Map.entry(Kind.LONG, "long"),
          Map.entry(Kind.FLOAT, "float"),
          Map.entry(Kind.DOUBLE, "double"),
          Map.entry(Kind.DATE_TIME, "dateTime"),
          Map.entry(Kind.BINARY, "binary"),
          Map.entry(Kind.ANY, "anyType"));

  private static final Map<String, TypeRef> BY_NAME = byName();

  private AnyNames() {}

  /** The type of that name, array or not; null if there is none. */
  static @Nullable TypeRef find(String name) {
    TypeRef single = single(name);
    if (single != null || !name.startsWith(ARRAY)) {
      return single;
    }
    String element = name.substring(ARRAY.length());
    TypeRef type = single(element);
    if (type == null && !element.isEmpty()) {
      type = single(Character.toLowerCase(element.charAt(0)) + element.substring(1));
    }
    return type == null ? null : new TypeRef(type.kind(), type.name(), true);
  }

  /** The name of an element's type. */
  static String nameOf(TypeRef element) {
    return switch (element.kind()) {
      case REFERENCE -> REFERENCE;
      case ENUM, DATA -> element.name();
      case VOID -> throw new IllegalArgumentException("Nothing is not a value");
      default -> primitiveName(element.kind());
    };
  }

  /** The name of an array of such elements. */
  static String arrayNameOf(TypeRef element) {
    String name = nameOf(element);
    return ARRAY + Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /**
   * The type of a value.
   *
   * @throws IllegalArgumentException if such a value cannot stand in an {@code anyType}
   */
  static TypeRef typeOf(Object value) {
    return switch (value) {
      case DataObject object -> new TypeRef(Kind.DATA, object.vimType().name(), false);
      case ManagedObjectReference reference -> new TypeRef(Kind.REFERENCE, reference.type(), false);
      case VimEnum constant -> new TypeRef(Kind.ENUM, constant.vimType().name(), false);
      case ArrayOf array -> new TypeRef(array.element().kind(), array.element().name(), true);
      case String text -> primitive(Kind.STRING);
      case Boolean flag -> primitive(Kind.BOOLEAN);
      case Byte number -> primitive(Kind.BYTE);
      case Short number -> primitive(Kind.SHORT);
      case Integer number -> primitive(Kind.INT);
      case Long number -> primitive(Kind.LONG);
      case Float number -> primitive(Kind.FLOAT);
      case Double number -> primitive(Kind.DOUBLE);
      case Instant time -> primitive(Kind.DATE_TIME);
      case byte[] bytes -> primitive(Kind.BINARY);
      default ->
          throw new IllegalArgumentException(
              "A value of " + value.getClass() + " has no type name in the interface");
    };
  }

  private static @Nullable TypeRef single(String name) {
    TypeRef known = BY_NAME.get(name);
    if (known != null) {
      return known;
    }
    return switch (Vim25.type(name)) {
      case DataType data -> new TypeRef(Kind.DATA, data.name(), false);
      case EnumType type -> new TypeRef(Kind.ENUM, type.name(), false);
      case null, default -> null;
    };
  }

  private static TypeRef primitive(Kind kind) {
    return new TypeRef(kind, primitiveName(kind), false);
  }

  private static String primitiveName(Kind kind) {
    String name = PRIMITIVES.get(kind);
    if (name == null) {
      throw new IllegalArgumentException(kind + " is not a primitive");
    }
    return name;
  }

  private static Map<String, TypeRef> byName() {
    Map<String, TypeRef> types = new HashMap<>();
    PRIMITIVES.forEach((kind, name) -> types.put(name, new TypeRef(kind, name, false)));
    types.put("base64Binary", new TypeRef(Kind.BINARY, "base64Binary", false));
    for (String text : new String[] {"PropertyPath", "MethodName", "TypeName"}) {
      types.put(text, new TypeRef(Kind.STRING, "string", false));
    }
    types.put(REFERENCE, new TypeRef(Kind.REFERENCE, "ManagedObject", false));
    return Map.copyOf(types);
  }
}
