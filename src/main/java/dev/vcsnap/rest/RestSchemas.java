package dev.vcsnap.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The schemas of the records that bodies are made of, as {@link RestJson} spells them. */
final class RestSchemas {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final SortedMap<String, ObjectNode> components = new TreeMap<>();

  /** All schemas that were asked for so far and those that they lead to, by name. */
  SortedMap<String, ObjectNode> components() {
    return components;
  }

  /** The schema of a value. */
  ObjectNode of(Type type) {
    ObjectNode schema = NODES.objectNode();
    if (type instanceof ParameterizedType generic) {
      Type item = generic.getActualTypeArguments()[generic.getRawType() == Map.class ? 1 : 0];
      if (generic.getRawType() == Map.class) {
        schema.put("type", "object").set("additionalProperties", of(item));
      } else {
        schema.put("type", "array").set("items", of(item));
      }
      return schema;
    }
    Class<?> plain = (Class<?>) type;
    if (plain == String.class) {
      return schema.put("type", "string");
    }
    if (plain == boolean.class || plain == Boolean.class) {
      return schema.put("type", "boolean");
    }
    if (plain == int.class || plain == Integer.class) {
      return schema.put("type", "integer").put("format", "int32");
    }
    if (plain == long.class || plain == Long.class) {
      return schema.put("type", "integer").put("format", "int64");
    }
    if (plain.isEnum()) {
      ArrayNode values = schema.put("type", "string").putArray("enum");
      for (Object value : plain.getEnumConstants()) {
        values.add(value.toString());
      }
      return schema;
    }
    return plain.isRecord() ? reference(plain) : schema;
  }

  private ObjectNode reference(Class<?> type) {
    String name = nameOf(type);
    if (!components.containsKey(name)) {
      // Entered before it is made: types may refer to themselves.
      ObjectNode schema = NODES.objectNode();
      components.put(name, schema);
      fill(schema, type);
    }
    return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private void fill(ObjectNode schema, Class<?> type) {
    schema.put("type", "object");
    ObjectNode members = schema.putObject("properties");
    ArrayNode required = NODES.arrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = nameOf(component);
      members.set(name, of(component.getGenericType()));
      if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
  }

  private static String nameOf(RecordComponent component) {
    JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
    return named == null ? words(component.getName()) : named.value();
  }

  private static String words(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  /** {@code VmInfo.Nic} becomes {@code VmInfoNic}. */
  private static String nameOf(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    String name = type.getSimpleName();
    return outer == null ? name : outer.getSimpleName().replace("Routes", "") + name;
  }
}
