package dev.vcsnap.call;

import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Vim25;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which methods are served, by managed type and name. Filled at start-up, only read afterwards. */
public final class MethodTable {

  /** Registers the methods of one feature. */
  @FunctionalInterface
  public interface Contributor {
    void contribute(MethodTable table);
  }

  /** A method that is served, and the type that declares it here. */
  public record Served(ManagedType type, MethodType method) {}

  private final Map<String, Map<String, MethodHandler>> handlers = new TreeMap<>();
  private final Map<String, Map<String, PrivilegeRule>> rules = new HashMap<>();

  private final Predicate<MethodType> exists;

  public MethodTable(List<? extends Contributor> contributors) {
    this(contributors, method -> true);
  }

  /**
   * Takes what the contributors offer.
   *
   * @param exists true for the methods that the product has at all
   */
  public MethodTable(List<? extends Contributor> contributors, Predicate<MethodType> exists) {
    this.exists = exists;
    contributors.forEach(contributor -> contributor.contribute(this));
  }

  /**
   * Serves a method on a managed type and the types that extend it.
   *
   * @throws IllegalArgumentException if the interface has no such method on that type
   */
  public MethodTable on(String type, String method, MethodHandler handler) {
    MethodType known = requireKnown(type, method);
    if (exists.test(known)) {
      handlers.computeIfAbsent(type, t -> new HashMap<>()).put(method, handler);
    }
    return this;
  }

  /**
   * Says what a method asks for where the interface table cannot, on a managed type and the types
   * that extend it; whether the method is served does not matter.
   *
   * @throws IllegalArgumentException if the interface has no such method on that type
   */
  public MethodTable asks(String type, String method, PrivilegeRule rule) {
    requireKnown(type, method);
    rules.computeIfAbsent(type, t -> new HashMap<>()).put(method, rule);
    return this;
  }

  /**
   * The code behind a method of an object of that type, the nearest ancestor's first; null if it is
   * not served.
   */
  @Nullable MethodHandler find(ManagedType type, String method) {
    return nearest(handlers, type, method);
  }

  /** What a method asks for beyond the interface table; null if nothing. */
  @Nullable PrivilegeRule ruleOf(ManagedType type, String method) {
    return nearest(rules, type, method);
  }

  /** Every served method, ordered by type and name. */
  public List<Served> served() {
    return handlers.entrySet().stream()
        .flatMap(entry -> {
          ManagedType type = Vim25.managed(entry.getKey());
          return entry.getValue().keySet().stream()
              .sorted()
              .map(method -> new Served(type, Objects.requireNonNull(type.methods().get(method))));
        })
        .toList();
  }

  private static <T> @Nullable T nearest(
      Map<String, Map<String, T>> byType, ManagedType type, String method) {
    for (ManagedType t = type; t != null; t = t.base()) {
      T found = byType.getOrDefault(t.name(), Map.of()).get(method);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static MethodType requireKnown(String type, String method) {
    ManagedType managed = Vim25.managed(type);
    MethodType known = managed == null ? null : managed.methods().get(method);
    if (known == null) {
      throw new IllegalArgumentException("The interface has no method " + type + "." + method);
    }
    return known;
  }
}
