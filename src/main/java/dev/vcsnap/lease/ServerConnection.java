package dev.vcsnap.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * One request to a server and its answer, on a connection of its own, without a proxy. It goes to
 * one of the addresses that were found permitted, whatever the name service says a moment later.
 */
final class ServerConnection implements AutoCloseable {

  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxLineLength(16 << 10).setMaxHeaderCount(200).build();

  private final CloseableHttpClient client;
  private final ClassicHttpResponse answer;

  private ServerConnection(CloseableHttpClient client, ClassicHttpResponse answer) {
    this.client = client;
    this.answer = answer;
  }

  /**
   * Asks for a file; redirects are answers as others.
   *
   * @param silence how long the server may take to take the connection, and to send anything more
   * @throws ForbiddenHostException if one of the host's addresses is not permitted
   */
  static ServerConnection open(
      String method,
      URI url,
      Map<String, String> headers,
      PullNetworks networks,
      SSLContext tls,
      Duration silence)
      throws IOException {
    var request = new HttpUriRequestBase(method, url);
    request.setHeader("Accept-Encoding", "identity");
    headers.forEach(request::setHeader);
    CloseableHttpClient client = client(networks, tls, Timeout.of(silence));
    boolean answered = false;
    try {
      ClassicHttpResponse answer =
          client.executeOpen(RoutingSupport.determineHost(request), request, null);
      answered = true;
      return new ServerConnection(client, answer);
    } catch (HttpException e) {
      throw new IOException(e);
    } finally {
      if (!answered) {
        client.close(CloseMode.IMMEDIATE);
      }
    }
  }

  private static CloseableHttpClient client(
      PullNetworks networks, SSLContext tls, Timeout silence) {
    HttpClientConnectionManager connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(new Permitted(networks))
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(BOUNDS).build())
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

  /** The answer; its body comes as it is read. */
  ClassicHttpResponse answer() {
    return answer;
  }

  /** Hangs up, without waiting for the rest. */
  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }

  /** Finds the addresses that a connection is made to, and refuses hosts with one to avoid. */
  private record Permitted(PullNetworks networks) implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] addresses = InetAddress.getAllByName(host);
      if (!networks.permit(addresses)) {
        throw new ForbiddenHostException(host);
      }
      return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
