package dev.vcsnap.rest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request: an action, and values by which a list is filtered. A name may be repeated
 * for several values; the older form writes {@code filter.names.1}.
 */
final class RestQuery {

  private static final int VALUES_MAX = 10_000;

  private final String action;
  private final Map<String, List<String>> values;

  private RestQuery(String action, Map<String, List<String>> values) {
    this.action = action;
    this.values = values;
  }

  /**
   * Reads what follows the question mark.
   *
   * @throws RestException INVALID_REQUEST for a broken escape or too many values
   */
  static RestQuery parse(@Nullable String text) {
    String action = "";
    Map<String, List<String>> values = new LinkedHashMap<>();
    String[] parts = text == null || text.isEmpty() ? new String[0] : text.split("&");
    if (parts.length > VALUES_MAX) {
      throw RestException.invalid("The query has more than " + VALUES_MAX + " values");
    }
    for (String part : parts) {
      int equals = part.indexOf('=');
      String name = RestPath.decode(equals < 0 ? part : part.substring(0, equals));
      String value =
          equals < 0 ? "" : RestPath.decode(part.substring(equals + 1).replace('+', ' '));
      if (name.equals("action") || name.equals("~action")) {
        action = value;
      } else {
        String plain = name.replaceFirst("^filter\\.", "").replaceFirst("\\.[0-9]{1,5}$", "");
        values.computeIfAbsent(plain, n -> new ArrayList<>()).add(value);
      }
    }
    return new RestQuery(action, values);
  }

  /** What is to be done, where the path alone does not say it; empty otherwise. */
  String action() {
    return action;
  }

  /**
   * Refuses names that the operation does not have.
   *
   * @throws RestException UNEXPECTED_INPUT naming the first of them
   */
  void requireOnly(Collection<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw RestException.unexpected(
            "'" + name + "' is not a parameter here; expected one of " + known, name);
      }
    }
  }

  /** The values of a name; empty if it was left out, which filters nothing. */
  Set<String> all(String name) {
    return new HashSet<>(values.getOrDefault(name, List.of()));
  }

  /** True if a value passes the filter of that name. */
  boolean admits(String name, @Nullable String value) {
    List<String> wanted = values.get(name);
    return wanted == null || wanted.contains(value);
  }

  /** True if one of the values passes the filter of that name. */
  boolean admitsAny(String name, Stream<String> candidates) {
    List<String> wanted = values.get(name);
    return wanted == null || candidates.anyMatch(wanted::contains);
  }

  /** True if the filter of that name is set. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * True if a constant passes the filter of that name.
   *
   * @throws RestException INVALID_ARGUMENT if the filter names a constant that does not exist
   */
  <E extends Enum<E>> boolean admits(String name, E value) {
    if (!has(name)) {
      return true;
    }
    Set<E> wanted = EnumSet.noneOf(value.getDeclaringClass());
    for (String text : all(name)) {
      try {
        wanted.add(Enum.valueOf(value.getDeclaringClass(), text));
      } catch (IllegalArgumentException e) {
        throw RestException.invalid(
            "'"
                + text
                + "' is not one of the values of "
                + name
                + ": "
                + EnumSet.allOf(value.getDeclaringClass()),
            text);
      }
    }
    return wanted.contains(value);
  }

  /** The flag of that name; {@code fallback} if it was left out. */
  boolean flag(String name, boolean fallback) {
    return values.containsKey(name)
        ? values.get(name).getFirst().toLowerCase(Locale.ROOT).equals("true")
        : fallback;
  }
}
