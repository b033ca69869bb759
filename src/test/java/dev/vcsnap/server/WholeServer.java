package dev.vcsnap.server;

import dev.vcsnap.VcsnapApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server with everything in it, and a plain HTTP client. */
final class WholeServer implements AutoCloseable {

  private static final String NAMESPACE = "xmlns=\"urn:vim25\"";

  private final ConfigurableApplicationContext context;
  private final URI root;
  private final HttpClient http = HttpClient.newHttpClient();
  private String session = "";

  WholeServer(Path data, String... settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--server.ssl.enabled=false",
                "--vcsnap.nbd.port=0",
                "--vcsnap.data=" + data,
                "--logging.level.root=WARN"));
    arguments.addAll(List.of(settings));
    context =
        new SpringApplicationBuilder(VcsnapApplication.class).run(arguments.toArray(String[]::new));
    int port = ((WebServerApplicationContext) context).getWebServer().getPort();
    root = URI.create("http://127.0.0.1:" + port);
  }

  /** The lines that a client gets for a request of its own, up to the first empty one. */
  List<String> headOf(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", root.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .lines()
          .takeWhile(line -> !line.isEmpty())
          .toList();
    }
  }

  /** Something of the server's inside, to do what no client of the test is about. */
  <T> T inside(Class<T> type) {
    return context.getBean(type);
  }

  /** The status of a plain GET. */
  int status(String path) throws Exception {
    return send(HttpRequest.newBuilder(root.resolve(path))).statusCode();
  }

  String text(String path) throws Exception {
    return send(HttpRequest.newBuilder(root.resolve(path))).body();
  }

  /** Calls a method by VI/JSON, in the newest release; quotes may be single. */
  JsonNode call(String object, String method, String arguments) throws Exception {
    HttpResponse<String> reply =
        send(
            HttpRequest.newBuilder(root.resolve("/sdk/vim25/9.0.0.0/" + object + "/" + method))
                .header("vmware-api-session-id", session)
                .POST(BodyPublishers.ofString(arguments.replace('\'', '"'))));
    session = reply.headers().firstValue("vmware-api-session-id").orElse(session);
    return JsonMapper.shared().readTree(reply.body());
  }

  /** Reads a property by VI/JSON. */
  JsonNode read(String object, String property) throws Exception {
    return JsonMapper.shared()
        .readTree(
            send(HttpRequest.newBuilder(
                        root.resolve("/sdk/vim25/9.0.0.0/" + object + "/" + property))
                    .header("vmware-api-session-id", session))
                .body());
  }

  /** Calls a method by SOAP in a version of the interface; answers the body of the reply. */
  String soap(String version, String type, String id, String method) throws Exception {
    String body =
        """
        <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>\
        <%s %s><_this type="%s">%s</_this></%s></Body></Envelope>\
        """
            .formatted(method, NAMESPACE, type, id, method);
    return send(HttpRequest.newBuilder(root.resolve("/sdk"))
            .header("SOAPAction", "urn:vim25/" + version)
            .POST(BodyPublishers.ofString(body)))
        .body();
  }

  /** Calls a method by SOAP with arguments, in the session of {@link #call}; the whole reply. */
  String soapCall(String type, String id, String method, String arguments) throws Exception {
    String body =
        """
        <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>\
        <%s %s><_this type="%s">%s</_this>%s</%s></Body></Envelope>\
        """
            .formatted(method, NAMESPACE, type, id, arguments, method);
    return send(HttpRequest.newBuilder(root.resolve("/sdk"))
            .header("SOAPAction", "urn:vim25/8.0.3.0")
            .header("Cookie", "vmware_soap_session=\"" + session + "\"")
            .POST(BodyPublishers.ofString(body)))
        .body();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    context.close();
  }
}
