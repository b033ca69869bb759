package dev.vcsnap.soap;

import dev.vcsnap.session.SessionCookie;
import dev.vcsnap.vim.Release;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The HTTP side of a call: what its headers say, and how a reply is sent. */
final class HttpExchange {

  private static final int COMPRESS_FROM_BYTES = 2048;
  private static final String XML = "text/xml; charset=utf-8";

  private HttpExchange() {}

  /** Who calls, by the headers; the envelope may still add the session. */
  static SoapDispatcher.Caller caller(HttpServletRequest request) {
    String agent = request.getHeader("User-Agent");
    String action = request.getHeader("SOAPAction");
    Release release = SoapAction.release(action);
    return new SoapDispatcher.Caller(
        sessionId(request),
        release,
        action == null ? Release.OLDEST : release,
        request.getRemoteAddr(),
        agent == null ? "" : agent,
        serverAddress(request));
  }

  /** How the client reaches the server, which behind a mapped port only the client knows. */
  static String serverAddress(HttpServletRequest request) {
    String host = request.getHeader("Host");
    return request.getScheme()
        + "://"
        + (host == null ? request.getServerName() + ":" + request.getServerPort() : host);
  }

  /** Sends a body, compressed if the client asked for that and there is something to gain. */
  static void send(
      HttpServletRequest request, HttpServletResponse response, int status, XmlBuffer body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(XML);
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Vary", "Accept-Encoding");
    if (body.length() >= COMPRESS_FROM_BYTES && takesGzip(request.getHeader("Accept-Encoding"))) {
      response.setHeader("Content-Encoding", "gzip");
      try (OutputStream out = new GZIPOutputStream(response.getOutputStream())) {
        body.writeTo(out);
      }
    } else {
      response.setContentLength(body.length());
      body.writeTo(response.getOutputStream());
    }
  }

  /** Hands a session to the client. */
  static void setSession(HttpServletRequest request, HttpServletResponse response, String id) {
    response.addHeader("Set-Cookie", SessionCookie.setCookie(id, request.isSecure()));
  }

  static boolean takesGzip(@Nullable String acceptEncoding) {
    if (acceptEncoding == null) {
      return false;
    }
    for (String coding : acceptEncoding.split(",")) {
      String[] part = coding.strip().split(";", 2);
      if (part[0].strip().equalsIgnoreCase("gzip")) {
        return part.length == 1 || !part[1].replace(" ", "").matches("(?i)q=0(\\.0*)?");
      }
    }
    return false;
  }

  private static @Nullable String sessionId(HttpServletRequest request) {
    for (String header : Collections.list(request.getHeaders("Cookie"))) {
      String id = SessionCookie.idIn(header);
      if (id != null) {
        return id;
      }
    }
    return request.getHeader("vmware-api-session-id");
  }
}
