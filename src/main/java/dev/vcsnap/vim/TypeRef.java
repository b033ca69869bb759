package dev.vcsnap.vim;

/**
 * The declared type of a property, parameter or result.
 *
 * @param kind what sort of value it holds
 * @param name the name on the wire, without array brackets; for a reference the managed type it
 *     points to
 * @param array true for zero or more of them
 */
public record TypeRef(Kind kind, String name, boolean array) {

  /** The sorts of values, each with a wire form of its own. */
  public enum Kind {
    STRING,
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    DATE_TIME,
    BINARY,
    ANY,
    REFERENCE,
    ENUM,
    DATA,
    VOID
  }

  static TypeRef parse(String text) {
    boolean array = text.endsWith("[]");
    String name = array ? text.substring(0, text.length() - 2) : text;
    if (name.startsWith("ref ")) {
      return new TypeRef(Kind.REFERENCE, name.substring(4), array);
    }
    Kind kind =
        switch (name) {
          case "string", "PropertyPath", "MethodName", "TypeName" -> Kind.STRING;
          case "boolean" -> Kind.BOOLEAN;
          case "byte" -> Kind.BYTE;
          case "short" -> Kind.SHORT;
          case "int" -> Kind.INT;
          case "long" -> Kind.LONG;
          case "float" -> Kind.FLOAT;
          case "double" -> Kind.DOUBLE;
          case "dateTime" -> Kind.DATE_TIME;
          case "base64Binary" -> Kind.BINARY;
          case "anyType" -> Kind.ANY;
          case "void" -> Kind.VOID;
          default -> Vim25.isEnum(name) ? Kind.ENUM : Kind.DATA;
        };
    return new TypeRef(kind, name, array);
  }

  /** The type of one element. */
  public TypeRef element() {
    return array ? new TypeRef(kind, name, false) : this;
  }

  /** The name of one element as {@code xsi:type} and {@code ArrayOf} spell it, without a prefix. */
  public String elementName() {
    return switch (kind) {
      case REFERENCE -> "ManagedObjectReference";
      case STRING -> "string";
      default -> name;
    };
  }

  /**
   * The name of the array type that holds such elements where the declared type is {@code anyType}.
   */
  public String arrayName() {
    String element = elementName();
    return "ArrayOf" + Character.toUpperCase(element.charAt(0)) + element.substring(1);
  }
}
