package dev.vcsnap.nbd;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.lease.DiskExports;
import java.net.InetSocketAddress;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the NBD server into the application: it listens once all else is ready. */
@Configuration(proxyBeanMethods = false)
class NbdConfiguration {

  @Bean
  NbdServer nbdServer(
      DiskExports exports,
      Clock clock,
      ObjectProvider<NbdListener> listener,
      @Value("${vcsnap.nbd.listen:127.0.0.1}") String listen,
      @Value("${vcsnap.nbd.port:10809}") int port) {
    return new NbdServer(
        exports,
        new InetSocketAddress(listen, port),
        clock,
        listener.getIfAvailable(() -> NbdListener.NONE));
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
