package dev.vcsnap.lease;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the one server whose certificate has a certain thumbprint, whatever its name; where none
 * is given, whom the platform trusts by that name. It remembers the certificate that was shown, for
 * the fault of a refusal.
 */
final class PinnedTrust extends X509ExtendedTrustManager {

  private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();
  private static final int SHA1_DIGITS = 40;

  private final String thumbprint;
  private volatile @Nullable X509Certificate shown;

  /**
   * Makes one for one connection.
   *
   * @param thumbprint SHA-1 or SHA-256 in upper case without colons, or empty
   */
  PinnedTrust(String thumbprint) {
    this.thumbprint = thumbprint;
  }

  /** A context that trusts so. */
  SSLContext context() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {this}, null);
    return context;
  }

  /** Whether the certificate that was shown vouches for itself. */
  boolean selfSigned() {
    X509Certificate seen = shown;
    return seen != null && seen.getIssuerX500Principal().equals(seen.getSubjectX500Principal());
  }

  /** The SHA-1 thumbprint of the certificate that was shown, with colons; null if none was. */
  @Nullable String thumbprintShown() throws CertificateException {
    X509Certificate seen = shown;
    return seen == null ? null : COLONS.formatHex(digest("SHA-1", seen));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    if (!pinned(chain)) {
      platform().checkServerTrusted(chain, type, socket);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (!pinned(chain)) {
      platform().checkServerTrusted(chain, type, engine);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    if (!pinned(chain)) {
      platform().checkServerTrusted(chain, type);
    }
  }

  /** Whether it is the one that is expected; false if none is. */
  private boolean pinned(X509Certificate[] chain) throws CertificateException {
    shown = chain[0];
    if (thumbprint.isEmpty()) {
      return false;
    }
    String algorithm = thumbprint.length() == SHA1_DIGITS ? "SHA-1" : "SHA-256";
    String found = HexFormat.of().withUpperCase().formatHex(digest(algorithm, chain[0]));
    if (!found.equals(thumbprint)) {
      throw new CertificateException(
          "the certificate has the thumbprint " + found + "; expected is " + thumbprint);
    }
    return true;
  }

  private static byte[] digest(String algorithm, X509Certificate certificate)
      throws CertificateException {
    try {
      return MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has it", e);
    }
  }

  private static X509ExtendedTrustManager platform() throws CertificateException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the platform's trusted certificates cannot be read", e);
    }
    throw new CertificateException("the platform trusts nobody");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw noClients();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw noClients();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw noClients();
  }

  private static CertificateException noClients() {
    return new CertificateException("files are fetched from servers only");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
