package dev.vcsnap.soap;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimEnum;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Decodes elements by the interface table.
 *
 * <p>Every method is entered at a start tag and leaves at its end tag. What the table does not know
 * is refused with its name; the order of members is not looked at.
 */
final class ValueReader {

  private static final String ARRAY = "ArrayOf";
  private static final String REFERENCE = "ManagedObjectReference";

  private final XMLStreamReader xml;
  private final Release known;

  /**
   * Makes a reader of values.
   *
   * @param known the version that the client knows at least; what is newer it may leave out
   */
  ValueReader(XMLStreamReader xml, Release known) {
    this.xml = xml;
    this.known = known;
  }

  /** The value of one element of a declared type; null for {@code xsi:nil}. */
  @Nullable Object value(TypeRef declared) throws XMLStreamException {
    if (isNil()) {
      skip();
      return null;
    }
    return switch (declared.kind()) {
      case ANY -> any();
      case DATA -> data(Vim25.data(declared.name()));
      case REFERENCE -> reference(declared.name());
      case ENUM -> constant((EnumType) Vim25.type(declared.name()));
      case VOID -> throw new IllegalStateException("There is no value of type void");
      case STRING, BOOLEAN, BYTE, SHORT, INT, LONG, FLOAT, DOUBLE, DATE_TIME, BINARY ->
          scalar(declared.kind());
    };
  }

  /** The reference in an element; the type that the client left out is taken from the table. */
  ManagedObjectReference reference(String declaredType) throws XMLStreamException {
    String type = referencedType();
    return new ManagedObjectReference(type == null ? declaredType : type, text().strip());
  }

  /** The managed type that a reference names, in either of the attributes in use; null if none. */
  @Nullable String referencedType() {
    String plain = xml.getAttributeValue("", "type");
    if (plain != null && !plain.isBlank()) {
      return plain.strip();
    }
    String named = typeName();
    return named == null || named.equals(REFERENCE) ? null : named;
  }

  /** The text of an element that has no children. */
  String text() throws XMLStreamException {
    String element = xml.getLocalName();
    String first = "";
    StringBuilder more = null;
    while (true) {
      switch (xml.next()) {
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          if (more != null) {
            more.append(xml.getText());
          } else if (first.isEmpty()) {
            first = xml.getText();
          } else {
            more = new StringBuilder(first).append(xml.getText());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          return more == null ? first : more.toString();
        }
        case XMLStreamConstants.START_ELEMENT -> throw unexpected("text of \"" + element + "\"");
        case XMLStreamConstants.COMMENT, XMLStreamConstants.PROCESSING_INSTRUCTION -> {}
        default -> throw refused("The text of \"" + element + "\" holds an entity");
      }
    }
  }

  /** Passes over the rest of an element. */
  void skip() throws XMLStreamException {
    int depth = 1;
    while (depth > 0) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> depth++;
        case XMLStreamConstants.END_ELEMENT -> depth--;
        default -> {}
      }
    }
  }

  /**
   * Moves to the next child's start tag; false at the parent's end tag.
   *
   * @throws VimException InvalidRequest if there is text between the children
   */
  boolean nextChild() throws XMLStreamException {
    while (true) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          return true;
        }
        case XMLStreamConstants.END_ELEMENT -> {
          return false;
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (!xml.isWhiteSpace()) {
            throw refused("Unexpected text \"" + Scalars.quoted(xml.getText().strip()) + "\" seen");
          }
        }
        default -> {}
      }
    }
  }

  /** The name of the child whose start tag was just read; in this interface's namespace or none. */
  String childName() {
    String namespace = xml.getNamespaceURI();
    if (namespace != null && !namespace.isEmpty() && !Namespaces.isVim(namespace)) {
      throw refused(
          "Unexpected element tag \""
              + xml.getLocalName()
              + "\" of namespace \""
              + Scalars.quoted(namespace)
              + "\" seen");
    }
    return xml.getLocalName();
  }

  /** The fault for a child that its parent does not have. */
  VimException unexpected(String where) {
    return refused(
        "Unexpected element tag \""
            + Scalars.quoted(xml.getLocalName())
            + "\" seen\n\nwhile parsing "
            + where);
  }

  /** A fault that says where in the request the trouble is. */
  VimException refused(String problem) {
    var location = xml.getLocation();
    return Faults.invalidRequest(
        problem
            + "\nat line "
            + location.getLineNumber()
            + ", column "
            + location.getColumnNumber());
  }

  private Object scalar(Kind kind) throws XMLStreamException {
    String element = xml.getLocalName();
    return Scalars.parse(kind, text(), element);
  }

  private VimEnum constant(EnumType type) throws XMLStreamException {
    String element = xml.getLocalName();
    String name = text().strip();
    VimEnum constant = type.valueOf(name);
    if (constant == null) {
      throw refused(
          "The value \""
              + Scalars.quoted(name)
              + "\" of \""
              + element
              + "\" is not one of "
              + type.name());
    }
    return constant;
  }

  private DataObject data(DataType declared) throws XMLStreamException {
    String named = typeName();
    DataType type = declared;
    if (named != null && !named.equals(declared.name())) {
      type = Vim25.data(named);
      if (type == null) {
        throw unknownType(named);
      }
      if (!type.isA(declared)) {
        throw refused("The type " + named + " does not extend " + declared.name());
      }
    }
    return members(type);
  }

  private DataObject members(DataType type) throws XMLStreamException {
    DataObject object = type.newInstance();
    var seen = new BitSet();
    while (nextChild()) {
      int index = type.indexOf(childName());
      if (index < 0) {
        throw unexpected("a data object of type " + type.name());
      }
      TypeRef declared = type.properties().get(index).type();
      if (seen.get(index) && !declared.array()) {
        throw unexpected("a data object of type " + type.name() + " that has it already");
      }
      seen.set(index);
      Object value = value(declared);
      if (value != null) {
        object.set(index, declared.array() ? appended(object.get(index), value) : value);
      } else if (!declared.array()) {
        seen.clear(index);
      }
    }
    requireComplete(type, seen);
    return object;
  }

  private void requireComplete(DataType type, BitSet seen) {
    List<Property> properties = type.properties();
    for (int i = seen.nextClearBit(0); i < properties.size(); i = seen.nextClearBit(i + 1)) {
      Property property = properties.get(i);
      if (!property.optional() && !property.type().array() && known.includes(property.since())) {
        throw refused(
            "Required property "
                + property.name()
                + " is missing from data object of type "
                + type.name());
      }
    }
  }

  private @Nullable Object any() throws XMLStreamException {
    String named = typeName();
    if (named == null || named.equals("anyType")) {
      return text();
    }
    Kind simple = Scalars.kindOf(named);
    if (simple != null) {
      return scalar(simple);
    }
    if (named.equals(REFERENCE)) {
      return reference("ManagedObject");
    }
    return switch (Vim25.type(named)) {
      case DataType type -> members(type);
      case EnumType type -> constant(type);
      case null, default -> {
        if (named.startsWith(ARRAY)) {
          yield array(elementOf(named));
        }
        throw unknownType(named);
      }
    };
  }

  private ArrayOf array(TypeRef element) throws XMLStreamException {
    List<Object> items = new ArrayList<>();
    while (nextChild()) {
      childName();
      Object item = value(element);
      if (item != null) {
        items.add(item);
      }
    }
    return new ArrayOf(element, items);
  }

  private TypeRef elementOf(String arrayName) {
    String name = arrayName.substring(ARRAY.length());
    if (name.equals(REFERENCE)) {
      return new TypeRef(Kind.REFERENCE, "ManagedObject", false);
    }
    switch (Vim25.type(name)) {
      case DataType _ -> {
        return new TypeRef(Kind.DATA, name, false);
      }
      case EnumType _ -> {
        return new TypeRef(Kind.ENUM, name, false);
      }
      case null, default -> {}
    }
    String lower = name.isEmpty() ? "" : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    if (lower.equals("anyType")) {
      return new TypeRef(Kind.ANY, lower, false);
    }
    Kind simple = Scalars.kindOf(lower);
    if (simple == null) {
      simple = Scalars.kindOf(name);
    }
    if (simple == null) {
      throw unknownType(arrayName);
    }
    return new TypeRef(simple, Scalars.name(simple), false);
  }

  private VimException unknownType(String name) {
    return refused("Unknown type \"" + Scalars.quoted(name) + "\"");
  }

  /**
   * The local part of {@code xsi:type}, or null. Its prefix says nothing that the name does not,
   * and govmomi writes {@code xsd:} without declaring it.
   */
  private @Nullable String typeName() {
    String qualified = xml.getAttributeValue(Namespaces.XSI, "type");
    if (qualified == null || qualified.isBlank()) {
      return null;
    }
    String name = qualified.strip();
    return name.substring(name.indexOf(':') + 1);
  }

  private boolean isNil() {
    String nil = xml.getAttributeValue(Namespaces.XSI, "nil");
    return nil != null && (nil.strip().equals("true") || nil.strip().equals("1"));
  }

  @SuppressWarnings("unchecked")
  static List<Object> appended(@Nullable Object list, Object item) {
    List<Object> items = list == null ? new ArrayList<>() : (List<Object>) list;
    items.add(item);
    return items;
  }
}
