package dev.vcsnap.session;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a ticket for one HTTP request is good for: a method and an address, without the host, since
 * clients replace that by one of their own.
 */
public final class HttpTicket {

  /** The cookie in which clients send the ticket. */
  public static final String COOKIE = "vmware_cgi_ticket";

  private static final Map<String, String> METHODS =
      Map.of(
          "httpGet", "GET",
          "httpHead", "HEAD",
          "httpPost", "POST",
          "httpPut", "PUT",
          "httpDelete", "DELETE",
          "httpOptions", "OPTIONS");

  private HttpTicket() {}

  /**
   * The purpose of a ticket that a client asks for.
   *
   * @param method as the interface names it, e.g. {@code httpGet}; null for that one
   * @param url absolute
   * @return empty if the method is none, or if the address cannot be read
   */
  public static Optional<String> purpose(@Nullable String method, String url) {
    String name = METHODS.get(method == null ? "httpGet" : method);
    try {
      URI address = URI.create(url.replace("[", "%5B").replace("]", "%5D").replace(" ", "%20"));
      return name == null || address.getRawPath() == null
          ? Optional.empty()
          : Optional.of(purposeOf(name, address.getRawPath(), address.getRawQuery()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The purpose that a request is about, as it was sent. */
  public static String purposeOf(String method, String path, @Nullable String query) {
    String address = query == null ? path : path + '?' + query;
    String escaped = address.replace("[", "%5B").replace("]", "%5D").replace(" ", "%20");
    return method.toUpperCase(Locale.ROOT) + ' ' + escaped.replace("+", "%20");
  }
}
