package dev.vcsnap.server;

import dev.vcsnap.datastore.PrivateFile;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The server's self-signed certificate: made at the first start and kept, so that clients which pin
 * its thumbprint go on working.
 */
public final class ServerCertificate {

  private static final String ALIAS = "vcsnap";

  /**
   * The key store lies in a file that only its owner may read; the password guards nothing more.
   */
  private static final char[] PASSWORD = "vcsnap".toCharArray();

  private static final Duration VALIDITY = Duration.ofDays(3650);

  private final KeyStore store;
  private final X509Certificate certificate;

  private ServerCertificate(KeyStore store) throws GeneralSecurityException {
    this.store = store;
    if (!(store.getCertificate(ALIAS) instanceof X509Certificate found)) {
      throw new CertificateException("the key store has no certificate '" + ALIAS + "'");
    }
    this.certificate = found;
  }

  /** Reads the certificate of an earlier start, or makes one. */
  static ServerCertificate loadOrCreate(Path file, Clock clock, Ids ids) {
    try {
      Optional<byte[]> kept = PrivateFile.read(file);
      if (kept.isPresent()) {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(kept.get()), PASSWORD);
        return new ServerCertificate(store);
      }
      KeyStore store = create(clock.now(), new BigInteger(ids.hex(8), 16));
      var bytes = new ByteArrayOutputStream();
      store.store(bytes, PASSWORD);
      PrivateFile.write(file, bytes.toByteArray());
      return new ServerCertificate(store);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(
          "The certificate in '" + file + "' cannot be used; delete the file to get a new one", e);
    }
  }

  private static KeyStore create(Instant now, BigInteger serial)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    var name = new X500Name("CN=localhost, O=vcsnap");
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            serial,
            Date.from(now.minus(Duration.ofDays(1))),
            Date.from(now.plus(VALIDITY)),
            name,
            pair.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
              new GeneralName(GeneralName.iPAddress, "::1")
            }));
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
    return keyStore(pair.getPrivate(), certificate);
  }

  private static KeyStore keyStore(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    store.setKeyEntry(ALIAS, key, PASSWORD, new Certificate[] {certificate});
    return store;
  }

  KeyStore store() {
    return store;
  }

  String password() {
    return new String(PASSWORD);
  }

  /** The thumbprint as vSphere clients compare it: SHA-1, colon-separated upper-case pairs. */
  public String sha1Thumbprint() {
    return thumbprint("SHA-1");
  }

  /** The SHA-256 thumbprint in the same form. */
  public String sha256Thumbprint() {
    return thumbprint("SHA-256");
  }

  private String thumbprint(String algorithm) {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
      return HexFormat.ofDelimiter(":").formatHex(digest).toUpperCase(Locale.ROOT);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
