package dev.vcsnap.lease;

import dev.vcsnap.vim.HttpFault;
import dev.vcsnap.vim.SSLVerifyFault;
import dev.vcsnap.vim.VimException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * Fetches files from servers that clients name, where that is permitted. Where a server sends on to
 * another address, that is checked as the first one.
 */
final class FileServers {

  private static final int REDIRECTS_MAX = 5;

  /** No status came: nobody listens, or not in time (assumed; the interface names no other). */
  private static final int NO_ANSWER = 0;

  private final PermittedHosts hosts;
  private final Duration silence;

  /**
   * Makes the fetcher.
   *
   * @param silence how long a server may take to be found, to take a connection, and to send
   *     anything more
   */
  FileServers(PermittedHosts hosts, Duration silence) {
    this.hosts = hosts;
    this.silence = silence;
  }

  /**
   * A file on its way.
   *
   * @param content the bytes
   * @param sizeBytes how many there will be, or -1
   */
  record Arriving(InputStream content, long sizeBytes) {}

  /**
   * Asks for a file.
   *
   * @param line who hangs it up ends this, and the file no longer comes
   * @throws VimException HttpFault if it does not come, SSLVerifyFault if the server is not the one
   *     that was expected
   */
  Arriving fetch(SourceFile file, Line line) {
    try {
      HttpEntity entity = ask(file, "GET", line).answer().getEntity();
      InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
      long announced = entity == null ? 0 : entity.getContentLength();
      if (file.member() == null) {
        return new Arriving(body, announced >= 0 ? announced : file.sizeBytes());
      }
      TarMember member = TarMember.find(body, announced, file.member());
      if (member == null) {
        throw failed(
            HttpURLConnection.HTTP_NOT_FOUND,
            "There is no '%s' in %s".formatted(file.member(), shown(file.url())));
      }
      return new Arriving(member, member.sizeBytes());
    } catch (IOException e) {
      throw broken(file, e);
    }
  }

  /** Whether a server answers, whatever it says of the file. */
  boolean answers(SourceFile file, Line line) {
    try {
      ask(file, "HEAD", line).close();
      return true;
    } catch (VimException refused) {
      return refused.fault() instanceof HttpFault fault && fault.statusCode != NO_ANSWER;
    }
  }

  /** The fault for a file that stopped coming. */
  static VimException broken(SourceFile file, IOException failure) {
    VimException known =
        failed(NO_ANSWER, "%s cannot be read: %s".formatted(shown(file.url()), failure));
    return new VimException(known.fault(), String.valueOf(known.getMessage()), failure);
  }

  private ServerConnection ask(SourceFile file, String method, Line line) {
    URI url = file.url();
    for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      var trust = new PinnedTrust(file.thumbprint());
      ServerConnection connection = null;
      boolean answered = false;
      try {
        connection = open(url, file, method, trust, line);
        ClassicHttpResponse answer = connection.answer();
        if (answer.getCode() == HttpURLConnection.HTTP_OK) {
          answered = true;
          return connection;
        }
        url = next(url, answer);
      } catch (ForbiddenHostException e) {
        throw failed(
            NO_ANSWER,
            "Files are not fetched from '%s': vcsnap.lease-pull-from does not permit it"
                .formatted(url.getHost()));
      } catch (SSLException e) {
        throw notTrusted(url, trust, e);
      } catch (IOException e) {
        throw broken(file, e);
      } finally {
        if (connection != null && !answered) {
          connection.close();
        }
      }
    }
    throw failed(
        HttpURLConnection.HTTP_MOVED_TEMP,
        "%s sends on more than %d times".formatted(shown(file.url()), REDIRECTS_MAX));
  }

  /** What is for one server is not told to another one that it names. */
  private ServerConnection open(
      URI url, SourceFile file, String method, PinnedTrust trust, Line line) throws IOException {
    try {
      return ServerConnection.open(
          method,
          url,
          sameServer(url, file.url()) ? file.headers() : Map.of(),
          hosts,
          trust.context(),
          silence,
          line);
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS is not available", e);
    }
  }

  private static boolean sameServer(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : isSecure(url) ? 443 : 80;
  }

  private static boolean isSecure(URI url) {
    return "https".equalsIgnoreCase(url.getScheme());
  }

  /** Where a server sends on to: never from https to http, where anybody may answer. */
  private static URI next(URI url, ClassicHttpResponse answer) {
    Header location = answer.getFirstHeader("Location");
    if (answer.getCode() / 100 == 3 && location != null) {
      URI next = resolved(url, location.getValue());
      if (next != null && SourceFile.isHttp(next) && (isSecure(next) || !isSecure(url))) {
        return next;
      }
    }
    throw failed(answer.getCode(), "%s: %s".formatted(shown(url), answer.getReasonPhrase()));
  }

  private static @Nullable URI resolved(URI url, String location) {
    try {
      return url.resolve(location);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** An address without what may be secret in it: the query. */
  private static String shown(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    return url.getScheme() + "://" + url.getHost() + port + path;
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
        fault,
        "The certificate of %s is not trusted: %s".formatted(shown(url), why.getMessage()),
        why);
  }
}
