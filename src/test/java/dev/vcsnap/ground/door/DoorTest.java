package dev.vcsnap.ground.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.ground.clock.SteppedTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DoorTest {

  private final SteppedTimers clock = new SteppedTimers();
  private final BlockingQueue<IOException> failures = new LinkedBlockingQueue<>();

  @TempDir private Path folder;

  private SocketAddress port() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Test
  void whoeverConnectsIsWelcomedUntilItIsClosed() throws Exception {
    for (SocketAddress address :
        new SocketAddress[] {port(), UnixDomainSocketAddress.of(folder.resolve("door"))}) {
      BlockingQueue<SocketChannel> guests = new LinkedBlockingQueue<>();
      var door = new Door(address, clock);
      Thread taking = Thread.ofVirtual().start(() -> door.receive(guests::add, failures::add));
      try (var _ = SocketChannel.open(door.address());
          var _ = SocketChannel.open(door.address());
          SocketChannel first = guests.take();
          SocketChannel second = guests.take()) {
        door.close();
        taking.join();
        assertThat(first.isOpen() && second.isOpen()).isTrue();
        assertThatThrownBy(() -> SocketChannel.open(door.address()))
            .isInstanceOf(IOException.class);
      }
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void oneThatFailsIsToldAndTheNextIsTakenAfterAPause() throws Exception {
    BlockingQueue<Duration> taken = new LinkedBlockingQueue<>();
    try (var door = new Door(port(), clock)) {
      Door.Welcome welcome =
          channel -> {
            channel.close();
            taken.add(Duration.ofNanos(clock.nanoTime()));
            switch (taken.size()) {
              case 1 -> throw new IOException("no thread");
              case 2 -> throw new ClosedChannelException();
              default -> {
                // It is taken.
              }
            }
          };
      Thread.ofVirtual().start(() -> door.receive(welcome, failures::add));
      for (int i = 0; i < 3; i++) {
        SocketChannel.open(door.address()).close();
      }
      assertThat(failures.poll(10, TimeUnit.SECONDS)).hasMessage("no thread");
      while (taken.size() < 3) {
        Thread.onSpinWait();
      }
    }
    assertThat(taken)
        .containsExactly(Duration.ZERO, Duration.ofMillis(100), Duration.ofMillis(100));
    assertThat(failures).isEmpty();
  }

  @Test
  void anAddressThatIsTakenIsRefused() throws IOException {
    var address = UnixDomainSocketAddress.of(folder.resolve("door"));
    try (var _ = new Door(address, clock)) {
      assertThatThrownBy(() -> new Door(address, clock)).isInstanceOf(IOException.class);
    }
  }
}
