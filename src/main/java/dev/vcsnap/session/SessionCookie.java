package dev.vcsnap.session;

import org.jspecify.annotations.Nullable;

/**
 * The cookie that carries the session's id, in the forms in which clients send it back: with quotes
 * or without, with the attributes of the line that set it, and among {@code $Version} and {@code
 * $Path}.
 */
public final class SessionCookie {

  private static final String NAME = "vmware_soap_session";

  private SessionCookie() {}

  /** The session's id in a {@code Cookie} header; null if there is none. */
  public static @Nullable String idIn(@Nullable String cookieHeader) {
    return valueIn(cookieHeader, NAME);
  }

  /** The ticket for this one request in a {@code Cookie} header; null if there is none. */
  public static @Nullable String ticketIn(@Nullable String cookieHeader) {
    return valueIn(cookieHeader, HttpTicket.COOKIE);
  }

  private static @Nullable String valueIn(@Nullable String cookieHeader, String name) {
    if (cookieHeader == null) {
      return null;
    }
    for (String part : cookieHeader.split("[;,]")) {
      int equals = part.indexOf('=');
      if (equals > 0 && part.substring(0, equals).strip().equals(name)) {
        return bare(part.substring(equals + 1));
      }
    }
    return null;
  }

  /** The session's id in the header of an envelope: the id alone, in quotes, or a whole cookie. */
  public static @Nullable String idInEnvelope(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String named = idIn(text);
    return named == null ? bare(text) : named;
  }

  /**
   * The one line that hands out a session. Real servers end it with a semicolon, and clients split
   * on the attributes; over plain HTTP {@code Secure} would hide the cookie from its owner.
   */
  public static String setCookie(String id, boolean secure) {
    return NAME + "=\"" + id + "\"; Path=/; HttpOnly;" + (secure ? " Secure;" : "");
  }

  private static @Nullable String bare(String value) {
    String id = value.replace("\"", "").strip();
    return id.isEmpty() ? null : id;
  }
}
