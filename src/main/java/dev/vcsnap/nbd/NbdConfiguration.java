package dev.vcsnap.nbd;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.lease.DiskExports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the NBD server into the application: it listens once all else is ready. */
@Configuration(proxyBeanMethods = false)
class NbdConfiguration {

  /** The server's own certificate, as the web port has it. */
  private static final String BUNDLE = "vcsnap";

  @Bean
  NbdServer nbdServer(
      DiskExports exports,
      Clock clock,
      ObjectProvider<NbdListener> listener,
      ObjectProvider<SslBundles> certificates,
      @Value("${vcsnap.nbd.listen:127.0.0.1}") String listen,
      @Value("${vcsnap.nbd.port:10809}") int port,
      @Value("${vcsnap.nbd.tls:}") String tls) {
    var address = new InetSocketAddress(listen, port);
    return new NbdServer(
        exports,
        address,
        tls(tls, address.getAddress(), certificates),
        clock,
        listener.getIfAvailable(() -> NbdListener.NONE));
  }

  /** Where nothing is set, others on the network have to use TLS and this machine may. */
  private static NbdTls tls(
      String setting, @Nullable InetAddress address, ObjectProvider<SslBundles> certificates) {
    String chosen = setting.isEmpty() ? (isLoopback(address) ? "allowed" : "required") : setting;
    return switch (chosen) {
      case "off" -> NbdTls.NONE;
      case "allowed" -> new NbdTls(certificate(certificates), false);
      case "required" -> new NbdTls(certificate(certificates), true);
      default ->
          throw new IllegalArgumentException(
              "vcsnap.nbd.tls is '%s'; expected off, allowed or required".formatted(setting));
    };
  }

  private static boolean isLoopback(@Nullable InetAddress address) {
    return address != null && address.isLoopbackAddress();
  }

  private static @Nullable SSLContext certificate(ObjectProvider<SslBundles> certificates) {
    SslBundles bundles = certificates.getIfAvailable();
    return bundles == null ? null : bundles.getBundle(BUNDLE).createSslContext();
  }

  @Bean
  SmartLifecycle nbdLifecycle(NbdServer server) {
    return new SmartLifecycle() {
      @Override
      public void start() {
        server.start();
      }

      @Override
      public void stop() {
        server.stop();
      }

      @Override
      public boolean isRunning() {
        return server.isRunning();
      }
    };
  }
}
