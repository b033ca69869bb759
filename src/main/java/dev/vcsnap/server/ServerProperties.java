package dev.vcsnap.server;

import dev.vcsnap.rights.BuiltInRoles;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Principal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about a server.
 *
 * @param data the folder that everything is kept in
 * @param seed fixes every id that is drawn at random; unset for unpredictable ids
 * @param accounts who may log in and do everything, each as {@code user:password}; unset for the
 *     two that every description of this server names
 * @param users who else may log in; unset for one with the backup role and one that may only read,
 *     unless the accounts are set
 * @param sessionIdleLimit how long an unused session lives
 * @param loginDelay how long it takes to learn that a password is wrong
 */
@ConfigurationProperties("vcsnap")
public record ServerProperties(
    @DefaultValue("vcsnap-data") Path data,
    @Nullable Long seed,
    @Nullable List<String> accounts,
    @Nullable List<User> users,
    @DefaultValue("30m") Duration sessionIdleLimit,
    @DefaultValue("500ms") Duration loginDelay) {

  private static final List<String> ACCOUNTS =
      List.of("user:pass", "administrator@vsphere.local:VMware1!");
  private static final List<User> USERS =
      List.of(
          new User("backup@vsphere.local", "VMware1!", List.of(), BuiltInRoles.BACKUP),
          new User("readonly@vsphere.local", "VMware1!", List.of(), "ReadOnly"));

  /**
   * Somebody who may do what roles say.
   *
   * @param name as typed at login
   * @param password in clear text, as an emulator's configuration has it; never logged
   * @param groups of which the user is a member, e.g. {@code Administrators@vsphere.local}
   * @param role the name of the role that the user has on everything until permissions are set for
   *     the user; empty for none
   */
  public record User(
      String name,
      String password,
      @DefaultValue List<String> groups,
      @DefaultValue("") String role) {

    Account account() {
      return new Account(
          name,
          password,
          groups.stream().map(Principal::parse).collect(Collectors.toUnmodifiableSet()),
          role);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Everybody who may log in. */
  public List<Account> allAccounts() {
    List<Account> all = new ArrayList<>();
    administrators().stream().map(ServerProperties::administrator).forEach(all::add);
    others().stream().map(User::account).forEach(all::add);
    return all;
  }

  /** Everybody who may log in, each as {@code user / password}: an emulator's are no secret. */
  public List<String> shownAccounts() {
    List<String> shown = new ArrayList<>();
    administrators().stream().map(account -> account.replaceFirst(":", " / ")).forEach(shown::add);
    others().stream().map(user -> user.name + " / " + user.password).forEach(shown::add);
    return shown;
  }

  /** Without passwords. */
  @Override
  public String toString() {
    return "data " + data + ", accounts " + allAccounts() + ", idle limit " + sessionIdleLimit;
  }

  private List<String> administrators() {
    return accounts == null ? ACCOUNTS : accounts;
  }

  private List<User> others() {
    if (users != null) {
      return users;
    }
    return accounts == null ? USERS : List.of();
  }

  private static Account administrator(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "vcsnap.accounts takes user:password, and one entry has no user before a colon");
    }
    return Account.administrator(text.substring(0, colon), text.substring(colon + 1));
  }
}
