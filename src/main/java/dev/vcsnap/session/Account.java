package dev.vcsnap.session;

import java.util.Set;

/**
 * A user that may log in.
 *
 * @param userName as sessions show it
 * @param password what a password is compared with
 * @param groups of which the user is a member
 * @param role the role that the user has on the root folder until somebody sets permissions for the
 *     user; empty for none
 */
public record Account(
    String userName, PasswordDigest password, Set<Principal> groups, String role) {

  /** The group whose members may do everything. */
  public static final Principal ADMINISTRATORS = Principal.parse("Administrators@vsphere.local");

  /** A user without groups. */
  public Account(String userName, String password) {
    this(userName, password, Set.of(), "");
  }

  public Account(String userName, String password, Set<Principal> groups, String role) {
    this(userName, PasswordDigest.of(userName, password), Set.copyOf(groups), role);
  }

  /** Somebody who may do everything. */
  public static Account administrator(String userName, String password) {
    return new Account(userName, password, Set.of(ADMINISTRATORS), "");
  }

  /** The user's name as permissions have it. */
  public Principal principal() {
    return Principal.parse(userName);
  }

  @Override
  public String toString() {
    return userName;
  }
}
