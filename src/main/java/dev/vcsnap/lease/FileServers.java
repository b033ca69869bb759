package dev.vcsnap.lease;

import dev.vcsnap.vim.HttpFault;
import dev.vcsnap.vim.SSLVerifyFault;
import dev.vcsnap.vim.VimException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches files from servers that clients name, where that is permitted, without a proxy. Where a
 * server sends on to another address, that is checked as the first one.
 */
final class FileServers {

  private static final int REDIRECTS_MAX = 5;

  /** No status came: nobody listens, or not in time (assumed; the interface names no other). */
  private static final int NO_ANSWER = 0;

  private final PullNetworks networks;
  private final Duration silence;

  /**
   * Makes the fetcher.
   *
   * @param silence how long a server may take to take a connection, and to send anything more
   */
  FileServers(PullNetworks networks, Duration silence) {
    this.networks = networks;
    this.silence = silence;
  }

  /**
   * A file on its way.
   *
   * @param content the bytes; closing it hangs up
   * @param sizeBytes how many there will be, or -1
   */
  record Arriving(InputStream content, long sizeBytes) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /**
   * Asks for a file.
   *
   * @throws VimException HttpFault if it does not come, SSLVerifyFault if the server is not the one
   *     that was expected
   */
  Arriving fetch(SourceFile file) {
    HttpURLConnection connection = ask(file, "GET", silence);
    boolean arriving = false;
    try {
      InputStream body = connection.getInputStream();
      if (file.member() == null) {
        long announced = connection.getContentLengthLong();
        arriving = true;
        return new Arriving(body, announced >= 0 ? announced : file.sizeBytes());
      }
      TarMember member = TarMember.find(body, file.member());
      if (member == null) {
        throw failed(
            HttpURLConnection.HTTP_NOT_FOUND,
            "There is no '%s' in %s".formatted(file.member(), file.url()));
      }
      arriving = true;
      return new Arriving(member, member.sizeBytes());
    } catch (IOException e) {
      throw broken(file, e);
    } finally {
      if (!arriving) {
        connection.disconnect();
      }
    }
  }

  /** Whether a server answers, whatever it says of the file. */
  boolean answers(SourceFile file, Duration within) {
    try {
      ask(file, "HEAD", within).disconnect();
      return true;
    } catch (VimException refused) {
      return refused.fault() instanceof HttpFault fault && fault.statusCode != NO_ANSWER;
    }
  }

  /** The fault for a file that stopped coming. */
  static VimException broken(SourceFile file, IOException failure) {
    VimException known = failed(NO_ANSWER, "%s cannot be read: %s".formatted(file.url(), failure));
    return new VimException(known.fault(), String.valueOf(known.getMessage()), failure);
  }

  private HttpURLConnection ask(SourceFile file, String method, Duration patience) {
    URI url = file.url();
    for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      var trust = new PinnedTrust(file.thumbprint());
      HttpURLConnection connection = null;
      boolean answered = false;
      try {
        requirePermitted(url);
        connection = open(url, file, method, patience, trust);
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
          answered = true;
          return connection;
        }
        URI next = next(url, connection, status);
        if (next == null) {
          throw failed(status, "%s: %s".formatted(url, connection.getResponseMessage()));
        }
        url = next;
      } catch (SSLException e) {
        throw notTrusted(url, trust, e);
      } catch (IOException e) {
        throw broken(file, e);
      } finally {
        if (connection != null && !answered) {
          connection.disconnect();
        }
      }
    }
    throw failed(
        HttpURLConnection.HTTP_MOVED_TEMP,
        "%s sends on more than %d times".formatted(file.url(), REDIRECTS_MAX));
  }

  private void requirePermitted(URI url) throws UnknownHostException {
    String host = url.getHost();
    if (!networks.permit(host)) {
      throw failed(
          NO_ANSWER,
          "Files are not fetched from '%s': vcsnap.lease-pull-from does not permit it"
              .formatted(host));
    }
  }

  private static HttpURLConnection open(
      URI url, SourceFile file, String method, Duration patience, PinnedTrust trust)
      throws IOException {
    var connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
    int millis = Math.clamp(patience.toMillis(), 1, Integer.MAX_VALUE);
    connection.setConnectTimeout(millis);
    connection.setReadTimeout(millis);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestMethod(method);
    connection.setRequestProperty("Accept-Encoding", "identity");
    // What is for one server is not told to another one that it names.
    if (url.getAuthority().equals(file.url().getAuthority())) {
      file.headers().forEach(connection::setRequestProperty);
    }
    if (connection instanceof HttpsURLConnection secure) {
      try {
        secure.setSSLSocketFactory(trust.context().getSocketFactory());
      } catch (GeneralSecurityException e) {
        throw new IOException("TLS is not available", e);
      }
    }
    return connection;
  }

  private static @Nullable URI next(URI url, HttpURLConnection connection, int status) {
    String location = connection.getHeaderField("Location");
    if (status / 100 != 3 || location == null) {
      return null;
    }
    try {
      URI next = url.resolve(location);
      return SourceFile.isHttp(next) ? next : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static VimException failed(int status, String message) {
    var fault = new HttpFault();
    fault.statusCode = status;
    fault.statusMessage = message;
    return new VimException(fault, message);
  }

  private static VimException notTrusted(URI url, PinnedTrust trust, SSLException why) {
    var fault = new SSLVerifyFault();
    fault.selfSigned = trust.selfSigned();
    try {
      fault.thumbprint = trust.thumbprintShown();
    } catch (GeneralSecurityException e) {
      why.addSuppressed(e);
    }
    return new VimException(
        fault, "The certificate of %s is not trusted: %s".formatted(url, why.getMessage()), why);
  }
}
