package dev.vcsnap.vijson;

import dev.vcsnap.call.MethodTable.Served;
import dev.vcsnap.vim.Vim25;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI document, made from the method table, so that it cannot promise what is not served.
 *
 * <p>A frame from the resources holds what the interface table does not know: the session paths,
 * the security schemes, the shape of references and faults. Everything is sorted, and each path and
 * schema has a line of its own, so that two documents can be compared line by line.
 */
final class OpenApiDocument {

  private final Supplier<List<Served>> served;
  private byte @Nullable [] bytes;

  OpenApiDocument(Supplier<List<Served>> served) {
    this.served = served;
  }

  /** The document as UTF-8; made when first asked for, since that loads the whole interface. */
  synchronized byte[] bytes() {
    if (bytes == null) {
      bytes = text(make()).getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }

  private ObjectNode make() {
    ObjectNode document = resource("openapi-frame.json");
    var schemas = new OpenApiSchemas();
    var operations = new OpenApiOperations(schemas, resource("openapi-examples.json"));
    ObjectNode paths = object(document, "paths");
    for (Served method : served.get()) {
      paths.set(OpenApiOperations.pathOf(method), operations.method(method));
    }
    Vim25.allManaged()
        .filter(type -> served.get().stream().anyMatch(method -> type.isA(method.type().name())))
        .filter(type -> !type.properties().isEmpty())
        .forEach(type -> paths.set(OpenApiOperations.pathOf(type), operations.properties(type)));
    ObjectNode components = object(object(document, "components"), "schemas");
    schemas.require("MethodFault");
    schemas.components().forEach(components::set);
    return document;
  }

  /** Writes sections as blocks and their entries as lines. */
  private static String text(ObjectNode document) {
    return document.properties().stream()
            .map(section ->
                switch (section.getKey()) {
                  case "paths" -> entry(section.getKey(), lines((ObjectNode) section.getValue()));
                  case "components" ->
                      entry(
                          section.getKey(),
                          section.getValue().properties().stream()
                              .map(
                                  kind -> entry(kind.getKey(), lines((ObjectNode) kind.getValue())))
                              .collect(block()));
                  default -> entry(section.getKey(), section.getValue().toString());
                })
            .collect(block())
        + "\n";
  }

  private static String lines(ObjectNode entries) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    entries.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted.entrySet().stream()
        .map(entry -> entry(entry.getKey(), entry.getValue().toString()))
        .collect(block());
  }

  private static String entry(String name, String value) {
    return "\"" + name + "\": " + value;
  }

  private static java.util.stream.Collector<CharSequence, ?, String> block() {
    return Collectors.joining(",\n", "{\n", "\n}");
  }

  private static ObjectNode object(ObjectNode parent, String name) {
    return (ObjectNode) parent.required(name);
  }

  private static ObjectNode resource(String name) {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + name + " is missing");
      }
      return (ObjectNode) JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
