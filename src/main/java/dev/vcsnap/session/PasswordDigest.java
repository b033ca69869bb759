package dev.vcsnap.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a password is compared with, so that the password itself is not kept.
 *
 * <p>It lives in memory only; a slow hash would protect a file that does not exist, and cost every
 * request that carries a password.
 */
public final class PasswordDigest {

  private final String salt;
  private final byte[] digest;

  private PasswordDigest(String salt, byte[] digest) {
    this.salt = salt;
    this.digest = digest;
  }

  /** Takes the password of an account, whose name is the salt. */
  static PasswordDigest of(String userName, String password) {
    return new PasswordDigest(userName, digest(userName, password));
  }

  /** True for the same password; the time that it takes does not tell where they differ. */
  boolean matches(String password) {
    return MessageDigest.isEqual(digest, digest(salt, password));
  }

  private static byte[] digest(String salt, String password) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(salt.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      return sha.digest(password.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
