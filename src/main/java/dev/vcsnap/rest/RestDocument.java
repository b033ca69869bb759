package dev.vcsnap.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI document of the Automation interface, made from the table of routes, so that it
 * cannot promise what is not served.
 *
 * <p>OpenAPI has one operation for a path and a verb. Where several actions share a path, as {@code
 * ?action=start} and {@code ?action=stop} do, each has a path of its own that ends in the query, as
 * VMware's document does it.
 */
final class RestDocument {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern ID = Pattern.compile("\\{(\\w+)}");

  private final RouteTable table;
  private byte @Nullable [] bytes;

  RestDocument(RouteTable table) {
    this.table = table;
  }

  /** The document as UTF-8; made when first asked for. */
  synchronized byte[] bytes() {
    if (bytes == null) {
      bytes = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(make());
    }
    return bytes;
  }

  private ObjectNode make() {
    ObjectNode document = frame();
    var schemas = new RestSchemas();
    ObjectNode paths = (ObjectNode) document.required("paths");
    for (Route route : table.routes()) {
      String action = route.action().isEmpty() ? "" : "?action=" + route.action();
      String path = "/api" + route.path() + action;
      ObjectNode item =
          paths.get(path) instanceof ObjectNode present ? present : paths.putObject(path);
      item.set(route.verb().name().toLowerCase(Locale.ROOT), operation(route, schemas));
    }
    schemas.of(RestError.class);
    ObjectNode components = (ObjectNode) document.required("components");
    ObjectNode all = components.putObject("schemas");
    schemas.components().forEach(all::set);
    return document;
  }

  private static ObjectNode operation(Route route, RestSchemas schemas) {
    ObjectNode operation = NODES.objectNode();
    operation.putArray("tags").add(tag(route));
    operation.put("summary", route.summary() + ".");
    ArrayNode parameters = operation.putArray("parameters");
    for (MatchResult id : ID.matcher(route.path()).results().toList()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", id.group(1)).put("in", "path").put("required", true);
      parameter.putObject("schema").put("type", "string");
    }
    for (String filter : route.filters()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", filter).put("in", "query").put("explode", true);
      parameter.putObject("schema").put("type", "array").putObject("items").put("type", "string");
    }
    if (route.body() != null) {
      ObjectNode body = operation.putObject("requestBody");
      body.put("required", true);
      json(body).set("schema", schemas.of(route.body()));
    }
    operation.set("responses", responses(route.answer(), schemas));
    return operation;
  }

  private static ObjectNode responses(Answer answer, RestSchemas schemas) {
    ObjectNode responses = NODES.objectNode();
    ObjectNode reply = responses.putObject(String.valueOf(answer.status()));
    if (answer.type() == Void.class) {
      reply.put("description", "Done.");
    } else {
      reply.put("description", "The result.");
      JsonNode value = schemas.of(answer.type());
      if (answer.list()) {
        ObjectNode list = NODES.objectNode().put("type", "array");
        list.set("items", value);
        value = list;
      }
      json(reply).set("schema", value);
    }
    ObjectNode refusal = responses.putObject("default");
    refusal.put("description", "A refusal, with the status that goes with its type.");
    json(refusal).putObject("schema").put("$ref", "#/components/schemas/RestError");
    return responses;
  }

  private static String tag(Route route) {
    var parts = route.segments();
    return parts.get(0)
        + "/"
        + parts.get(1)
        + (parts.get(0).equals("cis") ? "/" + parts.get(2) : "");
  }

  private static ObjectNode json(ObjectNode body) {
    return body.putObject("content").putObject("application/json");
  }

  private static ObjectNode frame() {
    try (InputStream in = RestDocument.class.getResourceAsStream("openapi-rest-frame.json")) {
      if (in == null) {
        throw new IllegalStateException("The resource openapi-rest-frame.json is missing");
      }
      return (ObjectNode) JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
