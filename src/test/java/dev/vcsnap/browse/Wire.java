package dev.vcsnap.browse;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An HTTP client that sends what it is given, byte for byte, and shows the headers as they came.
 */
final class Wire implements AutoCloseable {

  static final String BASIC = "Authorization: " + basic("user", "pass");

  /** What came back; the body has as many bytes as were announced, or none after HEAD. */
  record Reply(int status, List<String> headers, byte[] body) {

    List<String> all(String name) {
      return headers.stream()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }

    /** The only header of that name; null if there is none. */
    String header(String name) {
      List<String> values = all(name);
      if (values.size() > 1) {
        throw new AssertionError(values.size() + " headers " + name + ": " + values);
      }
      return values.isEmpty() ? null : values.getFirst();
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final Socket socket;
  private final InputStream in;

  Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  static String basic(String user, String password) {
    String text = user + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  Reply send(String method, String target, String... headers) throws IOException {
    ask(method, target, headers);
    Reply head = readHead();
    if (method.equals("HEAD")) {
      return head;
    }
    String length = head.header("Content-Length");
    if (length == null) {
      throw new AssertionError("A reply without a length: " + head.headers());
    }
    byte[] body = in.readNBytes(Integer.parseInt(length));
    if (body.length != Integer.parseInt(length)) {
      throw new EOFException("The reply ended after " + body.length + " of " + length + " bytes");
    }
    return new Reply(head.status(), head.headers(), body);
  }

  Reply upload(String target, byte[] content, String... headers) throws IOException {
    ask("PUT", target, headers);
    socket.getOutputStream().write(content);
    Reply head = readHead();
    byte[] body = in.readNBytes(Integer.parseInt(head.header("Content-Length")));
    return new Reply(head.status(), head.headers(), body);
  }

  void ask(String method, String target, String... headers) throws IOException {
    StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    request.append("Host: localhost\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    socket
        .getOutputStream()
        .write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  Reply readHead() throws IOException {
    String status = line();
    List<String> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      headers.add(line);
    }
    return new Reply(Integer.parseInt(status.split(" ")[1]), headers, new byte[0]);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("The connection ended inside \"" + line + "\"");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  /** Ends the connection in the rude way, as a client that has seen enough. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Reads what is left until the other side ends the connection. */
  long drain() throws IOException {
    return in.transferTo(java.io.OutputStream.nullOutputStream());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
