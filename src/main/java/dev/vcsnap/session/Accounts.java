package dev.vcsnap.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The users and groups that there are; fixed while the server runs. */
public final class Accounts {

  /** Compared with when there is no such user, so that this takes as long. */
  private static final Account NOBODY = new Account("", "");

  private final Map<Principal, Account> byPrincipal = new LinkedHashMap<>();
  private final Set<Principal> groups = new LinkedHashSet<>();

  /**
   * Takes the accounts.
   *
   * @throws IllegalArgumentException if two have the same name
   */
  public Accounts(List<Account> accounts) {
    groups.add(Account.ADMINISTRATORS);
    for (Account account : accounts) {
      if (byPrincipal.putIfAbsent(account.principal(), account) != null) {
        throw new IllegalArgumentException(
            "Two accounts have the name '" + account.userName() + "'; a name has one account");
      }
      groups.addAll(account.groups());
    }
  }

  /** The account of that name. */
  public Optional<Account> find(String userName) {
    return Optional.ofNullable(byPrincipal.get(Principal.parse(userName)));
  }

  /** The account of that name if the password is its own. */
  Optional<Account> verify(String userName, String password) {
    @Nullable Account account = byPrincipal.get(Principal.parse(userName));
    boolean matches = (account == null ? NOBODY : account).password().matches(password);
    return matches ? Optional.ofNullable(account) : Optional.empty();
  }

  /** True if there is such a user, or such a group. */
  public boolean exists(Principal principal, boolean group) {
    return group ? groups.contains(principal) : byPrincipal.containsKey(principal);
  }

  public List<Account> users() {
    return List.copyOf(byPrincipal.values());
  }

  public List<Principal> groups() {
    return new ArrayList<>(groups);
  }
}
