package dev.vcsnap.vim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds the descriptions of the interface's types by name; a type's class is loaded when it is
 * first asked for.
 */
public final class Vim25 {

  /** The XML namespace of the interface. */
  public static final String NAMESPACE = "urn:vim25";

  private static final List<String> INDEX = readIndex();
  private static final Map<String, String> KIND_BY_NAME = kinds();
  private static final Map<String, VimType> LOADED = new ConcurrentHashMap<>();

  private Vim25() {}

  /** The type of that name, or null. */
  public static VimType type(String name) {
    String kind = KIND_BY_NAME.get(name);
    return kind == null ? null : LOADED.computeIfAbsent(name, n -> load(kind, n));
  }

  /** The data object type of that name, or null. */
  public static DataType data(String name) {
    return type(name) instanceof DataType type ? type : null;
  }

  /** The managed object type of that name, or null. */
  public static ManagedType managed(String name) {
    return type(name) instanceof ManagedType type ? type : null;
  }

  /** All data object types, in the order of the table. */
  public static Stream<DataType> allData() {
    return names("data").map(Vim25::data);
  }

  /** All enum types, in the order of the table. */
  public static Stream<EnumType> allEnums() {
    return names("enum").map(name -> (EnumType) type(name));
  }

  /** All managed object types, in the order of the table. */
  public static Stream<ManagedType> allManaged() {
    return names("managed").map(Vim25::managed);
  }

  /** The name of a managed type in the interface's own model, e.g. {@code vim.VirtualMachine}. */
  static String vmodlName(String managedName) {
    ManagedType type = managed(managedName);
    return type == null ? managedName : type.vmodlName();
  }

  static boolean isEnum(String name) {
    return "enum".equals(KIND_BY_NAME.get(name));
  }

  private static Stream<String> names(String kind) {
    return INDEX.stream()
        .filter(line -> line.startsWith(kind + " "))
        .map(line -> line.substring(kind.length() + 1));
  }

  private static VimType load(String kind, String name) {
    String packageName = kind.equals("managed") ? "dev.vcsnap.vim.managed." : "dev.vcsnap.vim.";
    try {
      return (VimType) Class.forName(packageName + name).getField("TYPE").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "The interface table lists " + name + " but its class is missing", e);
    }
  }

  private static Map<String, String> kinds() {
    Map<String, String> kinds = new java.util.HashMap<>();
    for (String line : INDEX) {
      int blank = line.indexOf(' ');
      kinds.put(line.substring(blank + 1), line.substring(0, blank));
    }
    return Map.copyOf(kinds);
  }

  private static List<String> readIndex() {
    try (InputStream in = Vim25.class.getResourceAsStream("types.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
