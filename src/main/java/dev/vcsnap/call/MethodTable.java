package dev.vcsnap.call;

import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Vim25;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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

  public MethodTable(List<? extends Contributor> contributors) {
    contributors.forEach(contributor -> contributor.contribute(this));
  }

  /**
   * Serves a method on a managed type and the types that extend it.
   *
   * @throws IllegalArgumentException if the interface has no such method on that type
   */
  public MethodTable on(String type, String method, MethodHandler handler) {
    ManagedType managed = Vim25.managed(type);
    if (managed == null || !managed.methods().containsKey(method)) {
      throw new IllegalArgumentException("The interface has no method " + type + "." + method);
    }
    handlers.computeIfAbsent(type, t -> new HashMap<>()).put(method, handler);
    return this;
  }

  /**
   * The code behind a method of an object of that type, the nearest ancestor's first; null if it is
   * not served.
   */
  @Nullable MethodHandler find(ManagedType type, String method) {
    for (ManagedType t = type; t != null; t = t.base()) {
      MethodHandler handler = handlers.getOrDefault(t.name(), Map.of()).get(method);
      if (handler != null) {
        return handler;
      }
    }
    return null;
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
}
