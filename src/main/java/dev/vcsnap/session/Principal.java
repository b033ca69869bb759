package dev.vcsnap.session;

import java.util.Locale;

/**
 * A user or a group by name. {@code name@domain} and {@code DOMAIN\name} are the same one; case
 * does not count.
 */
public final class Principal {

  private final String domain;
  private final String name;
  private final String key;

  private Principal(String domain, String name) {
    this.domain = domain.toUpperCase(Locale.ROOT);
    this.name = name;
    this.key = this.domain + '\\' + name.toLowerCase(Locale.ROOT);
  }

  /** Reads either spelling; a name without a domain is a local one. */
  public static Principal parse(String text) {
    int backslash = text.indexOf('\\');
    if (backslash >= 0) {
      return new Principal(text.substring(0, backslash), text.substring(backslash + 1));
    }
    int at = text.lastIndexOf('@');
    return at < 0
        ? new Principal("", text)
        : new Principal(text.substring(at + 1), text.substring(0, at));
  }

  /** In upper case; empty for a local one. */
  public String domain() {
    return domain;
  }

  public String name() {
    return name;
  }

  /** As permissions show it: {@code VSPHERE.LOCAL\Administrators}. */
  public String text() {
    return domain.isEmpty() ? name : domain + '\\' + name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Principal principal && principal.key.equals(key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
