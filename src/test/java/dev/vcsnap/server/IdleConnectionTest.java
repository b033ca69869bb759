package dev.vcsnap.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleConnectionTest {

  /** The longest for which pyVmomi keeps a connection to use it again. */
  private static final Duration KEPT_BY_CLIENTS = Duration.ofMinutes(15);

  @TempDir private static Path data;

  @Test
  void aConnectionStaysOpenForLongerThanClientsKeepIt() throws Exception {
    try (WholeServer server = new WholeServer(data, "--vcsnap.machines=1")) {
      var promised =
          server
              .headOf("GET /health HTTP/1.1\r\nHost: vcenter\r\nConnection: keep-alive\r\n\r\n")
              .stream()
              .filter(line -> line.startsWith("Keep-Alive: timeout="))
              .map(line -> Duration.ofSeconds(Long.parseLong(line.split("=")[1])))
              .toList();

      assertThat(promised)
          .hasSize(1)
          .first()
          .satisfies(kept -> assertThat(kept).isGreaterThan(KEPT_BY_CLIENTS));
    }
  }
}
