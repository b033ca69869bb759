package dev.vcsnap.cli.demo;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Names one of the server's objects, as replies do and as arguments have to. */
record Reference(String type, String id) {

  static Reference of(JsonNode reference) {
    return new Reference(reference.path("type").asString(""), reference.path("value").asString(""));
  }

  Map<String, Object> argument() {
    return Map.of("_typeName", "ManagedObjectReference", "type", type, "value", id);
  }
}
