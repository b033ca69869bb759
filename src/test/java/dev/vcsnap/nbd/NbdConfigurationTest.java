package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.lease.DiskExports;
import java.io.IOException;
import java.net.BindException;
import java.security.GeneralSecurityException;
import org.bouncycastle.operator.OperatorCreationException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The server as a part of the application. */
class NbdConfigurationTest {

  private final MemoryExports exports = new MemoryExports();

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withUserConfiguration(NbdConfiguration.class)
          .withBean(DiskExports.class, () -> exports)
          .withBean(Clock.class, SystemClock::new);

  @Test
  void theServerListensWhileTheApplicationRuns() {
    exports.add("d", new MemoryDisk(4096));
    NbdServer[] seen = new NbdServer[1];
    application
        .withPropertyValues("vcsnap.nbd.port=0")
        .run(context -> {
          seen[0] = context.getBean(NbdServer.class);
          try (RawClient client = RawClient.opened(seen[0].port(), "d", false, false)) {
            assertThat(client.call(Protocol.CMD_READ, 0, 0, 4096)).isZero();
            assertThat(exports.openCount()).isEqualTo(1);
          }
        });
    assertThat(seen[0].isRunning()).isFalse();
    assertThat(exports.openCount()).isZero();
  }

  @Test
  void anAddressThatCannotBeHadStopsTheApplication() {
    application
        .withPropertyValues(
            "vcsnap.nbd.port=0", "vcsnap.nbd.listen=192.0.2.1", "vcsnap.nbd.tls=off")
        .run(context ->
            assertThat(context).getFailure().rootCause().isInstanceOf(BindException.class));
  }

  @Test
  void othersOnTheNetworkAreServedUnderTlsOnly() {
    exports.add("d", new MemoryDisk(4096));
    application
        .withPropertyValues("vcsnap.nbd.port=0", "vcsnap.nbd.listen=0.0.0.0")
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessage("TLS cannot be required without a certificate"));
    for (String required : new String[] {"vcsnap.nbd.listen=0.0.0.0", "vcsnap.nbd.tls=required"}) {
      application
          .withBean(SslBundles.class, NbdConfigurationTest::certificates)
          .withPropertyValues("vcsnap.nbd.port=0", required)
          .run(context -> {
            int port = context.getBean(NbdServer.class).port();
            try (RawClient client = RawClient.greeted(port)) {
              client.option(Protocol.OPT_LIST, new byte[0]);
              assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_TLS_REQD);
            }
          });
    }
    application
        .withPropertyValues("vcsnap.nbd.port=0", "vcsnap.nbd.tls=maybe")
        .run(context ->
            assertThat(context).getFailure().rootCause().hasMessageContaining("'maybe'"));
  }

  private static SslBundles certificates() {
    try {
      SslStoreBundle own = SslStoreBundle.of(TestCertificate.make().store(), "secret", null);
      return new DefaultSslBundleRegistry("vcsnap", SslBundle.of(own));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
