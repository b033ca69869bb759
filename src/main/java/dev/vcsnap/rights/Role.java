package dev.vcsnap.rights;

import java.util.Set;

/**
 * A named set of privileges.
 *
 * @param id negative for those of the system
 * @param system true if it can be neither changed nor removed
 * @param name what clients know it by
 * @param label what people read
 * @param summary one sentence
 * @param kind how the privileges are meant
 * @param privileges what is listed; empty where the kind says all
 */
public record Role(
    int id,
    boolean system,
    String name,
    String label,
    String summary,
    Kind kind,
    Set<String> privileges) {

  /** How a role's privileges are meant. */
  public enum Kind {
    /** Those that it lists. */
    LISTED,
    /** Every one, also one that comes later. */
    EVERYTHING,
    /** Every one but the cryptographic ones. */
    NO_CRYPTOGRAPHY
  }

  private static final String CRYPTOGRAPHY = "Cryptographer.";

  public Role {
    privileges = Set.copyOf(privileges);
  }

  /** True if who has the role has the privilege. */
  public boolean has(String privilegeId) {
    return switch (kind) {
      case LISTED -> privileges.contains(privilegeId);
      case EVERYTHING -> true;
      case NO_CRYPTOGRAPHY -> !privilegeId.startsWith(CRYPTOGRAPHY);
    };
  }

  /** True for the roles that the system gives by itself and nobody else can give. */
  boolean cannotBeGranted() {
    return id == BuiltInRoles.ANONYMOUS || id == BuiltInRoles.VIEW;
  }
}
