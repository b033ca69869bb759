package dev.vcsnap.browse;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A short answer for people, of a length that is known, as all answers here. */
final class PlainText {

  private PlainText() {}

  static void send(HttpServletResponse response, int status, String text) throws IOException {
    send(response, status, "text/plain;charset=utf-8", text + "\n");
  }

  static void send(HttpServletResponse response, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType(type);
    response.setContentLength(bytes.length);
    // To HEAD the container sends the headers alone.
    response.getOutputStream().write(bytes);
  }
}
