package dev.vcsnap.call;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Property;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decoded arguments of one call, by parameter name. */
public final class Arguments {

  private final MethodType method;
  private final @Nullable Object[] values;

  public Arguments(MethodType method) {
    this.method = method;
    this.values = new Object[method.parameters().size()];
  }

  public MethodType method() {
    return method;
  }

  /** Sets the parameter at a position of {@link MethodType#parameters}. */
  public void set(int index, @Nullable Object value) {
    values[index] = value;
  }

  /** Sets a parameter by name. */
  public Arguments with(String name, @Nullable Object value) {
    values[indexOf(name)] = value;
    return this;
  }

  /** The value of a parameter, or null if it was left out. */
  public @Nullable Object get(String name) {
    return values[indexOf(name)];
  }

  public String string(String name) {
    return (String) require(name);
  }

  public @Nullable String optionalString(String name) {
    return (String) get(name);
  }

  public boolean bool(String name) {
    return (Boolean) require(name);
  }

  /** The value of an optional flag, or {@code fallback} if it was left out. */
  public boolean boolOr(String name, boolean fallback) {
    return get(name) instanceof Boolean value ? value : fallback;
  }

  public int integer(String name) {
    return (Integer) require(name);
  }

  public long longInteger(String name) {
    return (Long) require(name);
  }

  public ManagedObjectReference reference(String name) {
    return (ManagedObjectReference) require(name);
  }

  public @Nullable ManagedObjectReference optionalReference(String name) {
    return (ManagedObjectReference) get(name);
  }

  public <T> T data(String name, Class<T> type) {
    return type.cast(require(name));
  }

  public <T> @Nullable T optionalData(String name, Class<T> type) {
    return type.cast(get(name));
  }

  /** The elements of an array parameter; empty if it was left out. */
  public <T> List<T> list(String name, Class<T> type) {
    return get(name) instanceof List<?> list ? list.stream().map(type::cast).toList() : List.of();
  }

  /**
   * Refuses the call if a parameter that is not optional was left out; an array may always be
   * empty.
   */
  void requireComplete() {
    for (int i = 0; i < values.length; i++) {
      Property parameter = method.parameters().get(i);
      if (values[i] == null && !parameter.optional() && !parameter.type().array()) {
        throw Faults.invalidArgument(parameter.name());
      }
    }
  }

  private Object require(String name) {
    Object value = get(name);
    if (value == null) {
      throw Faults.invalidArgument(name);
    }
    return value;
  }

  private int indexOf(String name) {
    for (int i = 0; i < values.length; i++) {
      if (method.parameters().get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(method.name() + " has no parameter '" + name + "'");
  }
}
