package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Accounts;
import dev.vcsnap.session.Principal;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.UserSearchResult;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Searches for users and groups. */
public final class UserDirectoryMethods implements MethodTable.Contributor {

  private static final int RESULTS_MAX = 10_000;

  private final Accounts accounts;

  public UserDirectoryMethods(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public void contribute(MethodTable table) {
    table.on("UserDirectory", "RetrieveUserGroups", this::retrieve);
  }

  private List<UserSearchResult> retrieve(
      CallContext context, ManagedObject self, Arguments arguments) {
    String domain = arguments.optionalString("domain");
    Predicate<Principal> wanted =
        principal ->
            (domain == null || domain.equalsIgnoreCase(principal.domain()))
                && matches(principal, arguments.string("searchStr"), arguments.bool("exactMatch"));
    Set<Principal> groupsOf = groupsOf(arguments.optionalString("belongsToUser"));
    Predicate<Account> members = isMember(arguments.optionalString("belongsToGroup"));
    List<UserSearchResult> found = new ArrayList<>();
    if (arguments.bool("findUsers")) {
      accounts.users().stream()
          .filter(members)
          .map(Account::principal)
          .filter(wanted)
          .map(principal -> result(principal, false))
          .forEach(found::add);
    }
    if (arguments.bool("findGroups")) {
      accounts.groups().stream()
          .filter(group -> groupsOf == null || groupsOf.contains(group))
          .filter(wanted)
          .map(principal -> result(principal, true))
          .forEach(found::add);
    }
    return found.size() > RESULTS_MAX ? found.subList(0, RESULTS_MAX) : found;
  }

  private @Nullable Set<Principal> groupsOf(@Nullable String user) {
    return user == null
        ? null
        : accounts.find(user).map(Account::groups).orElseThrow(() -> unknown(user));
  }

  private Predicate<Account> isMember(@Nullable String group) {
    if (group == null) {
      return account -> true;
    }
    Principal wanted = Principal.parse(group);
    if (!accounts.exists(wanted, true)) {
      throw unknown(group);
    }
    return account -> account.groups().contains(wanted);
  }

  /** A search string matches a part of a name, in any case; an exact one the whole name. */
  private static boolean matches(Principal principal, String text, boolean exact) {
    String wanted = text.toLowerCase(Locale.ROOT);
    String name = principal.name().toLowerCase(Locale.ROOT);
    return exact
        ? name.equals(wanted) || principal.equals(Principal.parse(text))
        : name.contains(wanted);
  }

  private static UserSearchResult result(Principal principal, boolean group) {
    var result = new UserSearchResult();
    result.principal = principal.text();
    result.fullName = principal.name();
    result.group = group;
    return result;
  }

  private static VimException unknown(String name) {
    return new VimException(
        new NotFound(), "There is no user or group with the name '" + name + "'.");
  }
}
