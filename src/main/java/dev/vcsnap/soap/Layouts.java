package dev.vcsnap.soap;

import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Vim25;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the writer needs to know of each data type, worked out when the type is first written. */
final class Layouts {

  /**
   * A data type as it is written.
   *
   * @param typeAttribute the whole {@code xsi:type} attribute with the blank before it
   * @param members in the type's own order
   */
  record Layout(Markup typeAttribute, List<Member> members) {}

  /**
   * A member as it is written.
   *
   * @param property its description
   * @param name its element
   */
  record Member(Property property, ElementName name) {}

  private final Map<DataType, Layout> byType = new ConcurrentHashMap<>();
  private final Map<String, DataType> byName = new ConcurrentHashMap<>();
  private final Map<String, ElementName> elements = new ConcurrentHashMap<>();

  Layout of(DataType type) {
    return byType.computeIfAbsent(type, this::make);
  }

  /** The data type that a member, parameter or result is declared with. */
  DataType declared(String name) {
    return byName.computeIfAbsent(name, Vim25::data);
  }

  ElementName element(String name) {
    return elements.computeIfAbsent(name, ElementName::of);
  }

  static Markup typeAttribute(String type) {
    return Markup.of(" xsi:type=\"" + type + "\"");
  }

  private Layout make(DataType type) {
    return new Layout(
        typeAttribute(type.name()),
        type.properties().stream()
            .map(property -> new Member(property, element(property.name())))
            .toList());
  }
}
