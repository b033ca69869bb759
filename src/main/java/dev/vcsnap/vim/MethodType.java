package dev.vcsnap.vim;

import java.util.ArrayList;
import java.util.List;

/**
 * The description of a method of a managed object.
 *
 * @param name the name on the wire, e.g. {@code CreateSnapshot_Task}
 * @param parameters in schema order, without {@code _this}
 * @param result the declared result
 * @param resultOptional true if the result may be unset
 * @param taskResult what {@code TaskInfo.result} will hold, for methods that return a task; else
 *     empty
 * @param since the first version that knows it
 * @param privilege what a caller needs on the object; empty if nothing
 * @param faults the declared faults, without the run-time ones that every method may raise
 */
public record MethodType(
    String name,
    List<Property> parameters,
    TypeRef result,
    boolean resultOptional,
    String taskResult,
    Release since,
    String privilege,
    List<String> faults) {

  static MethodType parse(String text, Release owner) {
    String[] part = text.split("\\|", -1);
    Release since = Release.parse(part[4]);
    List<Property> parameters = new ArrayList<>();
    if (!part[1].isEmpty()) {
      for (String parameter : part[1].split(",")) {
        parameters.add(Property.parse(parameter, since));
      }
    }
    boolean optional = part[2].endsWith("?");
    String result = optional ? part[2].substring(0, part[2].length() - 1) : part[2];
    return new MethodType(
        part[0],
        List.copyOf(parameters),
        TypeRef.parse(result),
        optional,
        part[3],
        since,
        part[5],
        part[6].isEmpty() ? List.of() : List.of(part[6].split(",")));
  }

  /** The parameter of that name, or null. */
  public Property parameter(String parameterName) {
    for (Property parameter : parameters) {
      if (parameter.name().equals(parameterName)) {
        return parameter;
      }
    }
    return null;
  }
}
