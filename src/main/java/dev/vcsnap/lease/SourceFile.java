package dev.vcsnap.lease;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.HttpNfcLeaseSourceFile;
import dev.vcsnap.vim.KeyValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that another server offers, as a client describes it.
 *
 * @param url http or https, with a host and without a user
 * @param member the name of the file in the archive that the address leads to; null if the address
 *     leads to the file itself
 * @param thumbprint of the certificate that is expected there, in upper case without colons; empty
 *     if it is to be checked as usual
 * @param headers go with each request
 * @param sizeBytes as the client knows it; -1 if it does not
 */
record SourceFile(
    URI url,
    @Nullable String member,
    String thumbprint,
    Map<String, String> headers,
    long sizeBytes) {

  private static final int URL_CHARS_MAX = 8192;
  private static final int PORT_MAX = 65_535;
  private static final int HEADERS_MAX = 100;
  private static final int HEADER_CHARS_MAX = 8192;

  /** What the connection itself decides. */
  private static final Set<String> OWN_HEADERS =
      Set.of("host", "connection", "content-length", "transfer-encoding", "range", "upgrade");

  /**
   * Checks what a client says.
   *
   * @throws dev.vcsnap.vim.VimException InvalidArgument
   */
  static SourceFile of(HttpNfcLeaseSourceFile file) {
    return new SourceFile(
        url(file.url),
        file.memberName == null || file.memberName.isEmpty() ? null : file.memberName,
        thumbprint(file.sslThumbprint == null ? "" : file.sslThumbprint),
        headers(file),
        file.size == null || file.size <= 0 ? -1 : file.size);
  }

  private static URI url(@Nullable String text) {
    try {
      URI url = new URI(text == null || text.length() > URL_CHARS_MAX ? "" : text);
      if (isHttp(url)) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Falls through: what it is does not matter.
    }
    throw Faults.invalidArgument("files.url");
  }

  /**
   * Whether files are fetched from such addresses. What is for one server only goes into headers: a
   * user in an address would be shown and sent on with it.
   */
  static boolean isHttp(URI url) {
    return url.getHost() != null
        && url.getRawUserInfo() == null
        && url.getPort() <= PORT_MAX
        && ("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()));
  }

  private static String thumbprint(String text) {
    String digits = text.replace(":", "").strip().toUpperCase(Locale.ROOT);
    if (!digits.matches("|[0-9A-F]{40}|[0-9A-F]{64}")) {
      throw Faults.invalidArgument("files.sslThumbprint");
    }
    return digits;
  }

  private static Map<String, String> headers(HttpNfcLeaseSourceFile file) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (file.httpHeaders != null) {
      for (KeyValue header : file.httpHeaders) {
        if (headers.size() == HEADERS_MAX
            || header.key == null
            || header.value == null
            || !header.key.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
            || !header.value.matches("[\\t\\x20-\\x7e\\xa0-\\xff]*")
            || header.value.length() > HEADER_CHARS_MAX
            || OWN_HEADERS.contains(header.key.toLowerCase(Locale.ROOT))) {
          throw Faults.invalidArgument("files.httpHeaders");
        }
        headers.put(header.key, header.value);
      }
    }
    return headers;
  }
}
