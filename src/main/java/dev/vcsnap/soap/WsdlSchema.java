package dev.vcsnap.soap;

import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.Vim25;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes the interface table as an XML schema. Arrays are declared as unbounded: a client that
 * builds itself from here hands a single element out as a list only then.
 */
final class WsdlSchema {

  private static final String REFERENCE =
      """
      <xsd:complexType name="ManagedObjectReference"><xsd:simpleContent>\
      <xsd:extension base="xsd:string"><xsd:attribute name="type" type="xsd:string"/>\
      </xsd:extension></xsd:simpleContent></xsd:complexType>
      """;

  private static final Set<Kind> SIMPLE = EnumSet.range(Kind.STRING, Kind.ANY);

  private final StringBuilder text;

  WsdlSchema(StringBuilder text) {
    this.text = text;
  }

  /** Writes the schema with the elements of these methods and these faults. */
  void write(Collection<MethodType> methods, Collection<String> faults) {
    text.append("<xsd:schema targetNamespace=\"urn:vim25\" elementFormDefault=\"qualified\">\n")
        .append(REFERENCE);
    Vim25.allEnums().forEach(this::enumeration);
    Vim25.allData().forEach(this::data);
    arrays().values().forEach(this::array);
    methods.forEach(this::method);
    faults.forEach(fault ->
        text.append("<xsd:element name=\"%1$sFault\" type=\"vim25:%1$s\"/>\n".formatted(fault)));
    text.append("</xsd:schema>\n");
  }

  private void enumeration(EnumType type) {
    text.append(
        "<xsd:simpleType name=\"%s\"><xsd:restriction base=\"xsd:string\">".formatted(type.name()));
    type.values()
        .forEach(value -> text.append("<xsd:enumeration value=\"%s\"/>".formatted(value.name())));
    text.append("</xsd:restriction></xsd:simpleType>\n");
  }

  private void data(DataType type) {
    text.append("<xsd:complexType name=\"%s\">".formatted(type.name()));
    if (type.base() == null) {
      sequence(type.properties());
    } else {
      int inherited = type.base().properties().size();
      text.append(
          "<xsd:complexContent><xsd:extension base=\"vim25:%s\">".formatted(type.base().name()));
      sequence(type.properties().subList(inherited, type.properties().size()));
      text.append("</xsd:extension></xsd:complexContent>");
    }
    text.append("</xsd:complexType>\n");
  }

  private void method(MethodType method) {
    text.append("<xsd:complexType name=\"%sRequestType\"><xsd:sequence>".formatted(method.name()))
        .append("<xsd:element name=\"_this\" type=\"vim25:ManagedObjectReference\"/>");
    method.parameters().forEach(this::element);
    text.append("</xsd:sequence></xsd:complexType>\n")
        .append(
            "<xsd:element name=\"%1$s\" type=\"vim25:%1$sRequestType\"/>\n"
                .formatted(method.name()))
        .append(
            "<xsd:element name=\"%sResponse\"><xsd:complexType><xsd:sequence>"
                .formatted(method.name()));
    if (method.result().kind() != Kind.VOID) {
      element("returnval", method.result(), method.resultOptional());
    }
    text.append("</xsd:sequence></xsd:complexType></xsd:element>\n");
  }

  private void sequence(List<Property> properties) {
    text.append("<xsd:sequence>");
    properties.forEach(this::element);
    text.append("</xsd:sequence>");
  }

  private void element(Property property) {
    element(property.name(), property.type(), property.optional());
  }

  private void element(String name, TypeRef type, boolean optional) {
    text.append("<xsd:element name=\"%s\" type=\"%s\"".formatted(name, schemaName(type)));
    if (optional || type.array()) {
      text.append(" minOccurs=\"0\"");
    }
    if (type.array()) {
      text.append(" maxOccurs=\"unbounded\"");
    }
    text.append("/>");
  }

  private void array(TypeRef element) {
    text.append("<xsd:complexType name=\"%s\"><xsd:sequence>".formatted(element.arrayName()));
    element(element.elementName(), new TypeRef(element.kind(), element.name(), true), true);
    text.append("</xsd:sequence></xsd:complexType>\n");
  }

  /** Everything that may turn up as an array in an {@code anyType}. */
  private static Map<String, TypeRef> arrays() {
    Map<String, TypeRef> arrays = new TreeMap<>();
    for (Kind kind : SIMPLE) {
      collect(new TypeRef(kind, Scalars.name(kind), true), arrays);
    }
    Vim25.allData().forEach(type -> type.properties().forEach(p -> collect(p.type(), arrays)));
    Vim25.allManaged()
        .forEach(type -> {
          type.properties().values().forEach(property -> collect(property.type(), arrays));
          type.methods().values().forEach(method -> collect(method.result(), arrays));
        });
    return arrays;
  }

  private static void collect(TypeRef type, Map<String, TypeRef> arrays) {
    if (type.array()) {
      arrays.putIfAbsent(type.arrayName(), type.element());
    }
  }

  private static String schemaName(TypeRef type) {
    return switch (type.kind()) {
      case ENUM, DATA -> "vim25:" + type.name();
      case REFERENCE -> "vim25:ManagedObjectReference";
      default -> "xsd:" + Scalars.name(type.kind());
    };
  }
}
