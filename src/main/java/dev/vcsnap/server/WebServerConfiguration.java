package dev.vcsnap.server;

import dev.vcsnap.inventory.Personality;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Sets up the web port: the server's own certificate, and tolerance for what vSphere clients put
 * into paths.
 */
@Configuration(proxyBeanMethods = false)
class WebServerConfiguration {

  /** The most that a record of TLS holds. */
  private static final int RECORD_BYTES = 16 << 10;

  @Bean
  SslBundleRegistrar certificateBundle(ServerCertificate certificate) {
    return registry ->
        registry.registerBundle(
            "vcsnap",
            SslBundle.of(SslStoreBundle.of(certificate.store(), certificate.password(), null)));
  }

  /** libvirt and virt-v2v send {@code /folder/VM%2FVM.vmx}. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> escapedSlashes() {
    return factory ->
        factory.addConnectorCustomizers(connector ->
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue()));
  }

  /**
   * What is sent is encrypted and handed to the kernel in pieces of this buffer: by default half of
   * what a record of TLS can hold, so that disks took twice as many of both.
   */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> wholeRecords() {
    return factory ->
        factory.addConnectorCustomizers(connector ->
            connector.setProperty("socket.appWriteBufSize", Integer.toString(RECORD_BYTES)));
  }

  @Bean
  AbsentPaths absentPaths(Personality personality) {
    return new AbsentPaths(personality);
  }
}
