package dev.vcsnap.vijson;

import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.Vim25;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schemas of the interface's types: those that some operation reaches, with everything that may
 * stand in their place.
 *
 * <p>A data object extends its base by {@code allOf}; {@code _typeName} tells the types apart.
 */
final class OpenApiSchemas {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String ROOT = "DynamicData";

  private final SortedMap<String, ObjectNode> components = new TreeMap<>();
  private final Deque<String> wanted = new ArrayDeque<>();
  private final Map<String, List<String>> extensions = new HashMap<>();

  OpenApiSchemas() {
    Vim25.allData()
        .forEach(type -> {
          if (type.base() != null) {
            extensions
                .computeIfAbsent(type.base().name(), name -> new ArrayList<>())
                .add(type.name());
          }
        });
  }

  /** The schema of a value of a declared type; types that it names become wanted. */
  ObjectNode of(TypeRef type) {
    if (!type.array()) {
      return single(type);
    }
    ObjectNode schema = NODES.objectNode().put("type", "array");
    schema.set("items", single(type.element()));
    return schema;
  }

  /** The schema of an object whose members are declared by themselves. */
  ObjectNode members(List<Property> properties) {
    ObjectNode schema = NODES.objectNode().put("type", "object");
    ObjectNode members = schema.putObject("properties");
    ArrayNode required = NODES.arrayNode();
    for (Property property : properties) {
      members.set(property.name(), of(property.type()));
      if (!property.optional() && !property.type().array()) {
        required.add(property.name());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  /** Makes sure that the type gets a schema. */
  void require(String typeName) {
    wanted.add(typeName);
  }

  /** All schemas that were asked for and those that they lead to, by name. */
  SortedMap<String, ObjectNode> components() {
    while (!wanted.isEmpty()) {
      String name = wanted.remove();
      if (!components.containsKey(name)) {
        // Entered before it is made: types refer to themselves.
        ObjectNode schema = NODES.objectNode();
        components.put(name, schema);
        switch (Vim25.type(name)) {
          case EnumType type -> fill(schema, type);
          case DataType type -> fill(schema, type);
          case null, default ->
              throw new IllegalStateException("'" + name + "' is not a type of the interface");
        }
      }
    }
    return components;
  }

  private void fill(ObjectNode schema, EnumType type) {
    schema.put("type", "string");
    ArrayNode values = schema.putArray("enum");
    type.values().forEach(value -> values.add(value.name()));
  }

  private void fill(ObjectNode schema, DataType type) {
    wanted.addAll(extensions.getOrDefault(type.name(), List.of()));
    if (type.base() == null) {
      schema.put("type", "object");
      schema.putObject("properties").putObject("_typeName").put("type", "string");
      schema.putArray("required").add("_typeName");
      schema.putObject("discriminator").put("propertyName", "_typeName");
      if (!type.name().equals(ROOT)) {
        schema.setAll(members(type.properties()));
      }
      return;
    }
    ArrayNode parts = schema.putArray("allOf");
    parts.add(reference(type.base().name()));
    List<Property> own =
        type.properties().subList(type.base().properties().size(), type.properties().size());
    if (!own.isEmpty()) {
      parts.add(members(own));
    }
  }

  private ObjectNode single(TypeRef type) {
    ObjectNode schema = NODES.objectNode();
    return switch (type.kind()) {
      case STRING -> schema.put("type", "string");
      case BOOLEAN -> schema.put("type", "boolean");
      case BYTE -> integer(Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SHORT -> integer(Short.MIN_VALUE, Short.MAX_VALUE);
      case INT -> schema.put("type", "integer").put("format", "int32");
      case LONG -> schema.put("type", "integer").put("format", "int64");
      case FLOAT -> schema.put("type", "number").put("format", "float");
      case DOUBLE -> schema.put("type", "number").put("format", "double");
      case DATE_TIME -> schema.put("type", "string").put("format", "date-time");
      case BINARY -> schema.put("type", "string").put("contentEncoding", "base64");
      case ANY -> schema.put("$ref", "#/components/schemas/Any");
      case REFERENCE -> schema.put("$ref", "#/components/schemas/" + AnyNames.REFERENCE);
      case ENUM, DATA -> reference(type.name());
      case VOID -> throw new IllegalArgumentException("Nothing has no schema");
    };
  }

  private ObjectNode reference(String name) {
    require(name);
    return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static ObjectNode integer(int min, int max) {
    return NODES.objectNode().put("type", "integer").put("minimum", min).put("maximum", max);
  }
}
