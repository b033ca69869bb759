package dev.vcsnap.inventory;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;

/** The rule for names that clients choose: something to read, at most 80 characters (rule A3). */
public final class EntityName {

  private static final int CHARACTERS_MAX = 80;

  private EntityName() {}

  /** Refuses a name with {@code InvalidName}. */
  public static void require(String name, ManagedObjectReference entity) {
    if (name.isBlank() || name.length() > CHARACTERS_MAX) {
      throw Faults.invalidName(name, entity);
    }
  }
}
