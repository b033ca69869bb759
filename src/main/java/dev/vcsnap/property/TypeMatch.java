package dev.vcsnap.property;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Vim25;
import org.jspecify.annotations.Nullable;

/**
 * A managed type that a client named to match objects by: that type and all that extend it.
 *
 * @param type the type, or null for {@code ManagedObject}, everybody's ancestor
 */
record TypeMatch(@Nullable ManagedType type) {

  /**
   * Finds the type of that name.
   *
   * @throws dev.vcsnap.vim.VimException InvalidArgument naming {@code parameter} if there is none
   */
  static TypeMatch of(@Nullable String name, String parameter) {
    if ("ManagedObject".equals(name)) {
      return new TypeMatch(null);
    }
    ManagedType type = name == null ? null : Vim25.managed(name);
    if (type == null) {
      throw Faults.invalidArgument(parameter);
    }
    return new TypeMatch(type);
  }

  boolean matches(ManagedType actual) {
    return type == null || isA(actual, type);
  }

  /** True if objects of this type may be of the other one too, or the other way round. */
  boolean isRelatedTo(ManagedType other) {
    return type == null || isA(other, type) || isA(type, other);
  }

  private static boolean isA(ManagedType actual, ManagedType wanted) {
    for (ManagedType t = actual; t != null; t = t.base()) {
      if (t == wanted) {
        return true;
      }
    }
    return false;
  }
}
