package dev.vcsnap.soap;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.VimEnum;
import java.time.Instant;
import java.util.List;

/**
 * Writes values as elements, showing a client no member and no type that its version of the
 * interface lacks.
 *
 * <p>A value names its type where the declaration does not settle it: in {@code anyType}, in the
 * items of an array there, and where a subtype stands in. Nowhere else, because some clients match
 * the bare start tags.
 */
final class ValueWriter {

  private static final Markup TYPE = Markup.of(" type=\"");
  private static final Markup REFERENCE = Layouts.typeAttribute("ManagedObjectReference");
  private static final Markup STRING = Layouts.typeAttribute("xsd:string");
  private static final Markup BOOLEAN = Layouts.typeAttribute("xsd:boolean");
  private static final Markup BYTE = Layouts.typeAttribute("xsd:byte");
  private static final Markup SHORT = Layouts.typeAttribute("xsd:short");
  private static final Markup INT = Layouts.typeAttribute("xsd:int");
  private static final Markup LONG = Layouts.typeAttribute("xsd:long");
  private static final Markup FLOAT = Layouts.typeAttribute("xsd:float");
  private static final Markup DOUBLE = Layouts.typeAttribute("xsd:double");
  private static final Markup DATE_TIME = Layouts.typeAttribute("xsd:dateTime");
  private static final Markup BINARY = Layouts.typeAttribute("xsd:base64Binary");
  private static final Markup TRUE = Markup.of("true");
  private static final Markup FALSE = Markup.of("false");

  private final XmlBuffer out;
  private final Layouts layouts;
  private final Release release;

  ValueWriter(XmlBuffer out, Layouts layouts, Release release) {
    this.out = out;
    this.layouts = layouts;
    this.release = release;
  }

  /** Writes a value of a declared type; an array as one element an item. */
  void value(ElementName name, TypeRef declared, Object value) {
    if (!declared.array()) {
      single(name, declared, value);
    } else if (value instanceof List<?> items) {
      items.forEach(item -> single(name, declared, item));
    } else {
      throw new IllegalArgumentException(
          declared + " needs a list, not a " + value.getClass().getSimpleName());
    }
  }

  /** Writes a value with its type, as {@code anyType} demands it. */
  void any(ElementName name, Object value) {
    switch (value) {
      case DataObject object -> {
        DataType shown = object.vimType().at(release);
        data(name, object, layouts.of(shown), true);
      }
      case ManagedObjectReference reference -> reference(name, reference, true);
      case ArrayOf array -> array(name, array);
      case VimEnum constant -> scalar(name, enumAttribute(constant.vimType()), constant);
      case String _ -> scalar(name, STRING, value);
      case Boolean _ -> scalar(name, BOOLEAN, value);
      case Byte _ -> scalar(name, BYTE, value);
      case Short _ -> scalar(name, SHORT, value);
      case Integer _ -> scalar(name, INT, value);
      case Long _ -> scalar(name, LONG, value);
      case Float _ -> scalar(name, FLOAT, value);
      case Double _ -> scalar(name, DOUBLE, value);
      case Instant _ -> scalar(name, DATE_TIME, value);
      case byte[] _ -> scalar(name, BINARY, value);
      default ->
          throw new IllegalArgumentException(
              "A " + value.getClass().getSimpleName() + " cannot stand for anyType");
    }
  }

  /** Writes the members of an object that the client can know, in schema order. */
  void members(DataObject object, DataType shown) {
    members(object, layouts.of(shown));
  }

  private void single(ElementName name, TypeRef declared, Object value) {
    switch (declared.kind()) {
      case ANY -> any(name, value);
      case DATA -> {
        DataObject object = (DataObject) value;
        DataType shown = object.vimType().at(release);
        boolean typed = shown != layouts.declared(declared.name());
        data(name, object, layouts.of(shown), typed);
      }
      case REFERENCE -> reference(name, (ManagedObjectReference) value, false);
      case STRING, BOOLEAN, BYTE, SHORT, INT, LONG, FLOAT, DOUBLE, DATE_TIME, BINARY, ENUM -> {
        out.raw(name.start());
        content(value);
        out.raw(name.end());
      }
      case VOID -> throw new IllegalArgumentException("There is no value of type void");
    }
  }

  private void data(ElementName name, DataObject object, Layouts.Layout layout, boolean typed) {
    if (typed) {
      out.raw(name.open()).raw(layout.typeAttribute()).raw('>');
    } else {
      out.raw(name.start());
    }
    members(object, layout);
    out.raw(name.end());
  }

  private void members(DataObject object, Layouts.Layout layout) {
    List<Layouts.Member> members = layout.members();
    for (int i = 0; i < members.size(); i++) {
      Layouts.Member member = members.get(i);
      Object value = object.get(i);
      if (value != null && release.includes(member.property().since())) {
        value(member.name(), member.property().type(), value);
      }
    }
  }

  private void reference(ElementName name, ManagedObjectReference reference, boolean typed) {
    out.raw(name.open()).raw(TYPE).attribute(reference.type()).raw('"');
    if (typed) {
      out.raw(REFERENCE);
    }
    out.raw('>').text(reference.value()).raw(name.end());
  }

  private void array(ElementName name, ArrayOf array) {
    TypeRef element = array.element();
    if (element.kind() == TypeRef.Kind.DATA) {
      String shown = layouts.declared(element.name()).at(release).name();
      element = new TypeRef(TypeRef.Kind.DATA, shown, false);
    }
    ElementName item = layouts.element(element.elementName());
    out.raw(name.open()).raw(Layouts.typeAttribute(element.arrayName())).raw('>');
    array.items().forEach(each -> any(item, each));
    out.raw(name.end());
  }

  private void scalar(ElementName name, Markup typeAttribute, Object value) {
    out.raw(name.open()).raw(typeAttribute).raw('>');
    content(value);
    out.raw(name.end());
  }

  private void content(Object value) {
    switch (value) {
      case String text -> out.text(text);
      case Boolean flag -> out.raw(flag ? TRUE : FALSE);
      case Integer number -> out.number(number);
      case Long number -> out.number(number);
      case VimEnum constant -> out.text(constant.name());
      case Instant time -> out.time(time);
      case Short number -> out.number(number);
      case Byte number -> out.number(number);
      case Double number -> out.number(number);
      case Float number -> out.number(number);
      case byte[] binary -> out.base64(binary);
      default ->
          throw new IllegalArgumentException(
              "A " + value.getClass().getSimpleName() + " is no value of the interface");
    }
  }

  /** An enum that the client cannot know is shown as what every enum is built on. */
  private Markup enumAttribute(EnumType type) {
    return release.includes(type.since()) ? Layouts.typeAttribute(type.name()) : STRING;
  }
}
