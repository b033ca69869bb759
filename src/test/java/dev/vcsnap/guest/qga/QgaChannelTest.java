package dev.vcsnap.guest.qga;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.ground.clock.SystemClock;
import java.io.EOFException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QgaChannelTest {

  @TempDir private Path root;

  @Test
  void a_guest_that_had_gone_before_it_was_asked_is_told_from_one_that_goes_after_it()
      throws Exception {
    var address = UnixDomainSocketAddress.of(root.resolve("qga"));
    try (var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
      SocketChannel guest = SocketChannel.open(address);
      try (var channel = new QgaChannel(door.accept(), new SystemClock(), Duration.ofMinutes(1))) {
        guest.close();
        channel.serve();
        assertThatThrownBy(() -> channel.tell("guest-shutdown", Map.of(), 1, Duration.ofMinutes(1)))
            .isInstanceOf(EOFException.class);
      }
    }
  }
}
