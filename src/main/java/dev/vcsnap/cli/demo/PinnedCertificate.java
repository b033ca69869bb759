package dev.vcsnap.cli.demo;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the one certificate whose thumbprint is known, as vSphere clients do with servers that
 * sign their own. The thumbprint says who the server is, so names are not compared.
 */
public final class PinnedCertificate extends X509ExtendedTrustManager {

  private final String sha256Thumbprint;

  PinnedCertificate(String sha256Thumbprint) {
    this.sha256Thumbprint = sha256Thumbprint;
  }

  /** A TLS context that trusts nothing but the certificate. */
  public static SSLContext contextFor(String sha256Thumbprint) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new PinnedCertificate(sha256Thumbprint)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new DemoFailure("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
      String shown = HexFormat.ofDelimiter(":").formatHex(digest).toUpperCase(Locale.ROOT);
      if (!shown.equals(sha256Thumbprint)) {
        throw new CertificateException(
            "The server's thumbprint is " + shown + " instead of " + sha256Thumbprint);
      }
    } catch (NoSuchAlgorithmException e) {
      throw new CertificateException(e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
