package dev.vcsnap.session;

/**
 * A user that may log in.
 *
 * @param userName as typed at login; {@code name@domain}, {@code DOMAIN\name} and {@code name} are
 *     different users
 * @param password in clear text, as an emulator's configuration has it; never logged
 */
public record Account(String userName, String password) {

  @Override
  public String toString() {
    return userName;
  }
}
