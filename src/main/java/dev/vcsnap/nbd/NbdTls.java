package dev.vcsnap.nbd;

import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how connections are made private. Clients are not asked for certificates, and keys
 * that both sides share beforehand (PSK) are not served, as Java's TLS has none.
 *
 * @param context the server's certificate; null when TLS is not served
 * @param required whether a client without TLS gets nothing
 */
public record NbdTls(@Nullable SSLContext context, boolean required) {

  /** All goes over the wire as it is. */
  public static final NbdTls NONE = new NbdTls(null, false);

  public NbdTls {
    if (required && context == null) {
      throw new IllegalArgumentException("TLS cannot be required without a certificate");
    }
  }
}
