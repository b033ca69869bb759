package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.lease.DiskExports;
import java.net.BindException;
import org.junit.jupiter.api.Test;
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
        .withPropertyValues("vcsnap.nbd.port=0", "vcsnap.nbd.listen=192.0.2.1")
        .run(context ->
            assertThat(context).getFailure().rootCause().isInstanceOf(BindException.class));
  }
}
