package dev.vcsnap.cli;

import dev.vcsnap.cli.demo.PinnedCertificate;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One SOAP client with a session of its own, as plain as can be: text in, text out. */
final class SoapCaller implements AutoCloseable {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  private final HttpClient http;
  private final URI sdk;

  /**
   * Makes a client that has not logged in.
   *
   * @param sha256Thumbprint of the server's certificate
   */
  SoapCaller(URI server, String sha256Thumbprint) {
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager())
            .sslContext(PinnedCertificate.contextFor(sha256Thumbprint))
            .build();
    this.sdk = server.resolve("/sdk");
  }

  /**
   * Calls a method.
   *
   * @param target type and id of the object, as {@code Folder group-d1}
   * @param arguments XML
   * @return the answer's envelope
   * @throws IllegalStateException if the answer is a fault
   */
  String call(String target, String method, String arguments) {
    int space = target.indexOf(' ');
    String envelope =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" \
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body>\
        <%s xmlns="urn:vim25"><_this type="%s">%s</_this>%s</%1$s></Body></Envelope>\
        """
            .formatted(method, target.substring(0, space), target.substring(space + 1), arguments);
    HttpRequest request =
        HttpRequest.newBuilder(sdk)
            .timeout(ANSWER_LIMIT)
            .header("Content-Type", "text/xml; charset=utf-8")
            .header("SOAPAction", "urn:vim25/8.0.3.0")
            .POST(BodyPublishers.ofString(envelope))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(method + " answered " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new IllegalStateException(method + " got no answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + " was interrupted", e);
    }
  }

  /**
   * The first reference to an object of a type in an answer, as {@code Folder group-d1}.
   *
   * @throws IllegalStateException if there is none
   */
  static String reference(String answer, String type) {
    Matcher found = Pattern.compile("type=\"" + type + "\"[^>]*>([^<]+)<").matcher(answer);
    if (!found.find()) {
      throw new IllegalStateException("there is no " + type + " in " + answer);
    }
    return type + " " + found.group(1);
  }

  /** An element that holds a reference. */
  static String element(String name, String reference) {
    int space = reference.indexOf(' ');
    return "<%s type=\"%s\">%s</%1$s>"
        .formatted(name, reference.substring(0, space), reference.substring(space + 1));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
