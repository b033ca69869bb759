package dev.vcsnap.vijson;

import dev.vcsnap.call.MethodTable.Served;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations of the OpenAPI document: one for each served method, and one for each type whose
 * properties can be read.
 */
final class OpenApiOperations {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String ANONYMOUS = "System.Anonymous";

  /** Objects that exist once, by the id that every server gives them. */
  private static final Map<String, String> SINGLETONS =
      Map.of(
          "ServiceInstance", "ServiceInstance",
          "SessionManager", "SessionManager",
          "PropertyCollector", "propertyCollector",
          "ViewManager", "ViewManager",
          "SearchIndex", "SearchIndex",
          "TaskManager", "TaskManager",
          "OvfManager", "OvfManager",
          "VirtualDiskManager", "virtualDiskManager");

  private final OpenApiSchemas schemas;
  private final ObjectNode examples;

  /**
   * @param examples bodies by type and method, such as {@code SessionManager.Login}
   */
  OpenApiOperations(OpenApiSchemas schemas, ObjectNode examples) {
    this.schemas = schemas;
    this.examples = examples;
  }

  static String pathOf(Served served) {
    return pathOf(served.type().name(), served.method().name());
  }

  /** The path of the properties of a type. */
  static String pathOf(ManagedType type) {
    return pathOf(type.name(), "{property}");
  }

  private static String pathOf(String type, String member) {
    return VimJsonPath.PREFIX + "{release}/" + type + "/{moId}/" + member;
  }

  /** The path item of a method. */
  ObjectNode method(Served served) {
    MethodType method = served.method();
    ObjectNode operation = operation(served.type(), method.name());
    operation.put("summary", words(method.name()));
    operation.put("description", describe(method));
    if (method.privilege().equals(ANONYMOUS)) {
      operation.putArray("security");
    }
    operation.set("parameters", pathParameters(served.type()));
    if (!method.parameters().isEmpty()) {
      operation.set("requestBody", requestBody(served));
    }
    ObjectNode responses = operation.putObject("responses");
    if (method.result().kind() == TypeRef.Kind.VOID) {
      responses.putObject("204").put("description", "Done.");
    } else {
      ObjectNode reply = responses.putObject("200");
      reply.put(
          "description",
          method.resultOptional() ? "The result; an empty body if there is none." : "The result.");
      json(reply).set("schema", schemas.of(method.result()));
    }
    fault(responses);
    return item("post", operation);
  }

  /** The path item of a type's properties. */
  ObjectNode properties(ManagedType type) {
    ObjectNode operation = operation(type, "get");
    operation.put("summary", "Read a property");
    operation.put(
        "description",
        "Answers the value of one property, bare. An unset property is an empty body.");
    ArrayNode parameters = pathParameters(type);
    ObjectNode parameter = parameters.addObject();
    parameter.put("name", "property").put("in", "path").put("required", true);
    ArrayNode names = parameter.putObject("schema").put("type", "string").putArray("enum");
    Set<ObjectNode> values = new LinkedHashSet<>();
    for (Property property : type.properties().values()) {
      names.add(property.name());
      values.add(schemas.of(property.type()));
    }
    operation.set("parameters", parameters);
    ObjectNode responses = operation.putObject("responses");
    ObjectNode reply = responses.putObject("200");
    reply.put("description", "The value; an empty body if it is unset.");
    ArrayNode anyOf = json(reply).putObject("schema").putArray("anyOf");
    values.forEach(anyOf::add);
    fault(responses);
    return item("get", operation);
  }

  private ObjectNode requestBody(Served served) {
    MethodType method = served.method();
    ObjectNode body = NODES.objectNode();
    boolean required =
        method.parameters().stream().anyMatch(p -> !p.optional() && !p.type().array());
    body.put("required", required);
    ObjectNode content = json(body);
    ObjectNode arguments = schemas.members(method.parameters());
    // Some clients name the object of arguments; what they call it is ignored.
    ((ObjectNode) arguments.required("properties")).putObject("_typeName").put("type", "string");
    content.set("schema", arguments.put("additionalProperties", false));
    JsonNode example = examples.get(served.type().name() + "." + method.name());
    if (example != null) {
      content.set("example", example);
    }
    return body;
  }

  private static String describe(MethodType method) {
    var text = new StringBuilder();
    if (method.name().endsWith("_Task")) {
      text.append("Starts a task and answers the reference to it.");
      if (!method.taskResult().isEmpty() && !method.taskResult().equals("void")) {
        text.append(" The task's own result is ");
        text.append(method.taskResult().replaceFirst("^ref ", "a reference to ")).append('.');
      }
    } else if (method.result().kind() == TypeRef.Kind.VOID) {
      text.append("Answers nothing.");
    } else {
      text.append("Answers ").append(describe(method.result()));
      text.append(method.resultOptional() ? ", or nothing." : ".");
    }
    if (method.privilege().equals(ANONYMOUS)) {
      text.append(" Needs no login.");
    } else if (!method.privilege().isEmpty()) {
      text.append(" Needs the privilege ").append(method.privilege()).append('.');
    }
    if (!method.faults().isEmpty()) {
      text.append(" Faults: ").append(String.join(", ", method.faults())).append('.');
    }
    return text.toString();
  }

  private static String describe(TypeRef type) {
    String name =
        type.kind() == TypeRef.Kind.REFERENCE ? "reference to " + type.name() : type.name();
    return type.array() ? "a list of " + name : "one " + name;
  }

  private static ObjectNode operation(ManagedType type, String member) {
    ObjectNode operation = NODES.objectNode();
    operation.put("operationId", type.name() + "_" + member);
    operation.putArray("tags").add(type.name());
    return operation;
  }

  private static ObjectNode item(String verb, ObjectNode operation) {
    ObjectNode item = NODES.objectNode();
    item.set(verb, operation);
    return item;
  }

  private static ArrayNode pathParameters(ManagedType type) {
    ArrayNode parameters = NODES.arrayNode();
    parameters.addObject().put("$ref", "#/components/parameters/release");
    String singleton = SINGLETONS.get(type.name());
    if (singleton == null) {
      parameters.addObject().put("$ref", "#/components/parameters/moId");
    } else {
      ObjectNode id = parameters.addObject();
      id.put("name", "moId").put("in", "path").put("required", true);
      id.putObject("schema").put("type", "string").put("default", singleton);
    }
    return parameters;
  }

  private static ObjectNode json(ObjectNode body) {
    return body.putObject("content").putObject("application/json");
  }

  private static void fault(ObjectNode responses) {
    responses.putObject("500").put("$ref", "#/components/responses/Fault");
  }

  /** {@code CreateSnapshotEx_Task} as words: "Create snapshot ex". */
  private static String words(String name) {
    String text = name.replace("_Task", "").replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
    return text.substring(0, 1) + text.substring(1).toLowerCase(Locale.ROOT);
  }
}
