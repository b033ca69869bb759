import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the vim25 interface table as Java: a class for each data object, an enum for each enum,
 * and a descriptor for each managed object. The build runs it as a source file: {@code java
 * GenerateVim25.java TABLE TARGET}.
 */
final class GenerateVim25 {

  private static final String DATA_PACKAGE = "dev.vcsnap.vim";
  private static final String MANAGED_PACKAGE = "dev.vcsnap.vim.managed";

  private final Map<String, JsonNode> table = new LinkedHashMap<>();
  private final Path target;

  private GenerateVim25(Path target) {
    this.target = target;
  }

  public static void main(String[] args) throws IOException {
    Path source = Path.of(args[0]);
    Path target = Path.of(args[1]);
    Path index = target.resolve("dev/vcsnap/vim/types.txt");
    var generator = new GenerateVim25(target);
    var mapper = JsonMapper.builder().build();
    for (String line : Files.readAllLines(source)) {
      JsonNode type = mapper.readTree(line);
      generator.table.put(nameOf(type), type);
    }
    generator.writeAll(index);
  }

  private void writeAll(Path index) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode type : table.values()) {
      String name = nameOf(type);
      if (type.has("data")) {
        write(DATA_PACKAGE, name, dataObject(name, type));
        names.add("data " + name);
      } else if (type.has("enum")) {
        write(DATA_PACKAGE, name, enumeration(name, type));
        names.add("enum " + name);
      } else {
        write(MANAGED_PACKAGE, name, managedObject(name, type));
        names.add("managed " + name);
      }
    }
    writeIfChanged(index, String.join("\n", names) + "\n");
  }

  /** A file that stays as it is keeps its time, and the compiler leaves it alone. */
  private static void writeIfChanged(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
  }

  private static String nameOf(JsonNode type) {
    for (String kind : List.of("data", "enum", "managed")) {
      if (type.has(kind)) {
        return type.get(kind).asString();
      }
    }
    throw new IllegalArgumentException("neither data, enum nor managed: " + type);
  }

  private String dataObject(String name, JsonNode type) {
    boolean root = type.get("base").isNull();
    String base = root ? "DataObject" : type.get("base").asString();
    int first = inheritedCount(type);
    List<JsonNode> properties = children(type, "properties");
    var text = new StringBuilder();
    text.append("public class ").append(name).append(" extends ").append(base).append(" {\n");
    text.append("  public static final DataType TYPE =\n      DataType.of(\"")
        .append(name)
        .append("\", ")
        .append(root ? "null" : base + ".TYPE")
        .append(", \"")
        .append(since(type))
        .append("\", ")
        .append(name)
        .append("::new");
    for (JsonNode property : properties) {
      text.append(",\n          \"").append(property(property)).append('"');
    }
    text.append(");\n\n");
    for (JsonNode property : properties) {
      text.append("  public ")
          .append(javaType(property))
          .append(' ')
          .append(property.get("name").asString())
          .append(";\n");
    }
    text.append("\n  @Override\n  public DataType vimType() {\n    return TYPE;\n  }\n");
    if (!properties.isEmpty()) {
      text.append("\n  @Override\n  public Object get(int index) {\n    return switch (index) {\n");
      for (int i = 0; i < properties.size(); i++) {
        text.append("      case ")
            .append(first + i)
            .append(" -> this.")
            .append(properties.get(i).get("name").asString())
            .append(";\n");
      }
      text.append("      default -> super.get(index);\n    };\n  }\n");
      text.append("\n  @Override\n  @SuppressWarnings(\"unchecked\")\n");
      text.append("  public void set(int index, Object value) {\n    switch (index) {\n");
      for (int i = 0; i < properties.size(); i++) {
        JsonNode property = properties.get(i);
        text.append("      case ")
            .append(first + i)
            .append(" -> this.")
            .append(property.get("name").asString())
            .append(" = (")
            .append(javaType(property))
            .append(") value;\n");
      }
      text.append("      default -> super.set(index, value);\n    }\n  }\n");
    }
    return text.append("}\n").toString();
  }

  private String enumeration(String name, JsonNode type) {
    String values =
        children(type, "values").stream()
            .map(JsonNode::asString)
            .collect(Collectors.joining(",\n  "));
    return "public enum "
        + name
        + " implements VimEnum {\n  "
        + values
        + ";\n\n"
        + "  public static final EnumType TYPE = EnumType.of(\""
        + name
        + "\", \""
        + since(type)
        + "\", values());\n\n"
        + "  @Override\n  public EnumType vimType() {\n    return TYPE;\n  }\n}\n";
  }

  private String managedObject(String name, JsonNode type) {
    JsonNode base = type.get("base");
    boolean root = base.isNull() || base.asString().equals("ManagedObject");
    var text = new StringBuilder();
    text.append("public final class ").append(name).append(" {\n");
    text.append("  public static final ManagedType TYPE =\n      ManagedType.of(\"")
        .append(name)
        .append("\", ")
        .append(root ? "null" : base.asString() + ".TYPE")
        .append(", \"")
        .append(since(type))
        .append("\", \"")
        .append(type.get("vmodl").asString())
        .append("\",\n");
    text.append(array(children(type, "properties").stream().map(this::property).toList()))
        .append(",\n");
    text.append(array(children(type, "methods").stream().map(this::method).toList()))
        .append(");\n\n");
    return text.append("  private ").append(name).append("() {}\n}\n").toString();
  }

  private static String array(List<String> lines) {
    return lines.stream()
        .map(line -> "            \"" + line + "\"")
        .collect(Collectors.joining(",\n", "          new String[] {\n", "\n          }"));
  }

  private String property(JsonNode property) {
    return property.get("name").asString()
        + ":"
        + property.get("type").asString()
        + (property.path("optional").asBoolean(false) ? "?" : "")
        + (property.has("since") ? "@" + property.get("since").asString() : "")
        + (property.has("privilege") ? "#" + property.get("privilege").asString() : "");
  }

  private String method(JsonNode method) {
    return method.get("name").asString()
        + "|"
        + children(method, "params").stream().map(this::property).collect(Collectors.joining(","))
        + "|"
        + method.get("result").asString()
        + (method.path("resultOptional").asBoolean(false) ? "?" : "")
        + "|"
        + method.path("taskResult").asString("")
        + "|"
        + method.path("since").asString("2.0")
        + "|"
        + method.path("privilege").asString("")
        + "|"
        + children(method, "faults").stream()
            .map(JsonNode::asString)
            .collect(Collectors.joining(","));
  }

  private int inheritedCount(JsonNode type) {
    int count = 0;
    JsonNode base = type.get("base");
    while (base != null && !base.isNull()) {
      JsonNode parent = table.get(base.asString());
      count += children(parent, "properties").size();
      base = parent.get("base");
    }
    return count;
  }

  private String javaType(JsonNode property) {
    String type = property.get("type").asString();
    boolean boxed = property.path("optional").asBoolean(false);
    if (type.endsWith("[]")) {
      return "java.util.List<" + single(type.substring(0, type.length() - 2), true) + ">";
    }
    return single(type, boxed);
  }

  private static String single(String type, boolean boxed) {
    if (type.startsWith("ref ")) {
      return "ManagedObjectReference";
    }
    return switch (type) {
      case "string", "PropertyPath", "MethodName", "TypeName" -> "String";
      case "boolean" -> boxed ? "Boolean" : "boolean";
      case "byte" -> boxed ? "Byte" : "byte";
      case "short" -> boxed ? "Short" : "short";
      case "int" -> boxed ? "Integer" : "int";
      case "long" -> boxed ? "Long" : "long";
      case "float" -> boxed ? "Float" : "float";
      case "double" -> boxed ? "Double" : "double";
      case "dateTime" -> "java.time.Instant";
      case "base64Binary" -> "byte[]";
      case "anyType" -> "Object";
      default -> type;
    };
  }

  private static String since(JsonNode type) {
    return type.path("since").asString("2.0");
  }

  private static List<JsonNode> children(JsonNode node, String field) {
    List<JsonNode> all = new ArrayList<>();
    node.path(field).forEach(all::add);
    return all;
  }

  private void write(String packageName, String name, String body) {
    String imports =
        packageName.equals(MANAGED_PACKAGE) ? "import dev.vcsnap.vim.ManagedType;\n\n" : "";
    String text =
        "package "
            + packageName
            + ";\n\n"
            + imports
            + "/** vim25 {@code "
            + name
            + "}. */\n"
            + body;
    try {
      Path file = target.resolve(packageName.replace('.', '/')).resolve(name + ".java");
      Files.createDirectories(file.getParent());
      writeIfChanged(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
