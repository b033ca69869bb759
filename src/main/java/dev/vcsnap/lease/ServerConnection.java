package dev.vcsnap.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * One request to a server and its answer, on a connection of its own, without a proxy. It goes to
 * one of the addresses that were found permitted, whatever the name service says a moment later.
 */
final class ServerConnection implements AutoCloseable {

  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxLineLength(16 << 10).setMaxHeaderCount(200).build();

  private static final int HEADS_MAX = 20;

  private final CloseableHttpClient client;
  private final ClassicHttpResponse answer;

  private ServerConnection(CloseableHttpClient client, ClassicHttpResponse answer) {
    this.client = client;
    this.answer = answer;
  }

  /**
   * Asks for a file; redirects are answers as others.
   *
   * @param silence how long the server may take to be found, to take the connection, and to send
   *     anything more
   * @param line who hangs it up closes the connection, whatever is waited for or read
   * @throws ForbiddenHostException if one of the host's addresses is not permitted
   */
  static ServerConnection open(
      String method,
      URI url,
      Map<String, String> headers,
      PermittedHosts hosts,
      SSLContext tls,
      Duration silence,
      Line line)
      throws IOException {
    var request = new HttpUriRequestBase(method, url);
    request.setHeader("Accept-Encoding", "identity");
    headers.forEach(request::setHeader);
    var names = new Names(hosts, line, silence);
    CloseableHttpClient client = client(names, tls, Timeout.of(silence));
    line.onHangUp(() -> client.close(CloseMode.IMMEDIATE));
    boolean answered = false;
    try {
      ClassicHttpResponse answer =
          client.executeOpen(RoutingSupport.determineHost(request), request, null);
      answered = true;
      return new ServerConnection(client, answer);
    } catch (HttpException | IllegalStateException e) {
      // The second for a line that was hung up before it was used.
      throw new IOException(e);
    } finally {
      if (!answered) {
        client.close(CloseMode.IMMEDIATE);
      }
    }
  }

  private static CloseableHttpClient client(DnsResolver names, SSLContext tls, Timeout silence) {
    HttpClientConnectionManager connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(names)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(BOUNDS)
                    .responseParserFactory(_ -> fewHeads())
                    .build())
            .setTlsSocketStrategy(
                ClientTlsStrategyBuilder.create()
                    .setSslContext(tls)
                    .setHostVerificationPolicy(HostnameVerificationPolicy.BUILTIN)
                    .buildClassic())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(silence)
                    .setSocketTimeout(silence)
                    .build())
            .build();
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(silence)
                .setProtocolUpgradeEnabled(false)
                .build())
        .disableRedirectHandling()
        .disableContentCompression()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .build();
  }

  /** Of the heads that only announce another one the client itself would take any number. */
  private static HttpMessageParser<ClassicHttpResponse> fewHeads() {
    HttpMessageParser<ClassicHttpResponse> heads =
        new DefaultHttpResponseParserFactory(BOUNDS).create();
    var count = new AtomicInteger();
    return (buffer, in) -> {
      if (count.incrementAndGet() > HEADS_MAX) {
        throw new ProtocolException("the answer has more than " + HEADS_MAX + " heads");
      }
      return heads.parse(buffer, in);
    };
  }

  /** The answer; its body comes as it is read. */
  ClassicHttpResponse answer() {
    return answer;
  }

  /** Hangs up, without waiting for the rest. */
  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }

  /** Finds the addresses that the connection is made to. */
  private record Names(PermittedHosts hosts, Line line, Duration most) implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return hosts.find(host, line, most);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
