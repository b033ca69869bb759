package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of the server and of its connections. */
@Timeout(60)
class NbdServerTest {

  private final MemoryExports exports = new MemoryExports();
  private final Counts counts = new Counts();
  private NbdServer server = server(new SystemClock());

  private NbdServer server(Clock clock) {
    return new NbdServer(
        exports,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        NbdTls.NONE,
        clock,
        counts);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(exports.openCount()).isZero();
  }

  @Test
  void stopEndsEveryConnectionGivesEveryDiskBackAndMayBeFollowedByStart() throws IOException {
    exports.add("d", new MemoryDisk(1 << 20));
    server.start();
    server.start();
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      clients.add(RawClient.opened(server.port(), "d", false, false));
    }
    clients.add(RawClient.greeted(server.port()));
    assertThat(exports.openCount()).isEqualTo(5);
    server.stop();
    server.stop();
    assertThat(exports.openCount()).isZero();
    assertThat(server.isRunning()).isFalse();
    for (RawClient client : clients) {
      assertThat(client.ended()).isTrue();
      client.close();
    }
    assertThatThrownBy(() -> server.port()).isInstanceOf(IllegalStateException.class);
    server.start();
    try (RawClient client = RawClient.opened(server.port(), "d", false, false)) {
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 512)).isZero();
    }
  }

  @Test
  void stopWaitsForTheRequestThatTheDiskIsWorkingOn() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    exports.add(
        "d",
        new HookedDisk(offset -> {
          asked.countDown();
          waitFor(mayAnswer);
        }));
    server.start();
    try (RawClient client = RawClient.opened(server.port(), "d", false, false)) {
      client.add(Protocol.CMD_READ, 0, 1, 0, 512).send();
      waitFor(asked);
      Thread stopping = Thread.ofPlatform().start(() -> server.stop());
      await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
      mayAnswer.countDown();
      assertThat(client.reply(512).error()).isZero();
      assertThat(client.ended()).isTrue();
      stopping.join();
    }
  }

  @Test
  void aClientThatDoesNotReadDoesNotKeepTheServerFromStopping() throws Exception {
    exports.add("d", new MemoryDisk(32 << 20));
    server.start();
    try (RawClient client = RawClient.opened(server.port(), "d", false, false)) {
      for (int i = 0; i < 8; i++) {
        client.add(Protocol.CMD_READ, 0, i, 0, 32 << 20);
      }
      client.send();
      await().until(() -> exports.openCount() == 1);
      server.stop();
      assertThat(exports.openCount()).isZero();
    }
  }

  @Test
  void aPortInUseIsSaid() throws IOException {
    server.start();
    NbdServer second =
        new NbdServer(
            exports,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
            NbdTls.NONE,
            new SystemClock(),
            NbdListener.NONE);
    assertThatThrownBy(second::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(String.valueOf(server.port()));
    assertThat(second.isRunning()).isFalse();
  }

  @Test
  void clientsShareADiskAndAreCounted() throws IOException {
    MemoryDisk disk = new MemoryDisk(1 << 20);
    exports.add("d", disk);
    server.start();
    try (RawClient one = RawClient.opened(server.port(), "d", false, false);
        RawClient two = RawClient.opened(server.port(), "d", true, true)) {
      assertThat(one.flags & Protocol.FLAG_CAN_MULTI_CONN).isNotZero();
      assertThat(one.call(Protocol.CMD_WRITE, 0, 7, 3, (byte) 1, (byte) 2, (byte) 3)).isZero();
      two.add(Protocol.CMD_READ, 0, 1, 7, 3).send();
      assertThat(two.reply(0).data()).endsWith(1, 2, 3);
      assertThat(two.call(Protocol.CMD_READ, 0, 1 << 20, 1)).isEqualTo(NbdErrno.EINVAL);
    }
    await().until(() -> counts.disconnected.get() == 2);
    assertThat(counts.connected).hasValue(2);
    assertThat(counts.opened).hasValue(2);
    assertThat(counts.requests).hasValue(3);
    assertThat(counts.failures).hasValue(1);
    assertThat(counts.readBytes).hasValue(3);
    assertThat(counts.writtenBytes).hasValue(3);
  }

  @Test
  void moreConnectionsThanTheLimitAreRefusedUntilSomeEnd() throws IOException {
    exports.add("d", new MemoryDisk(1 << 20));
    server.start();
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      clients.add(RawClient.greeted(server.port()));
    }
    try (RawClient refused = new RawClient(server.port())) {
      assertThat(refused.ended()).isTrue();
    }
    for (RawClient client : clients) {
      client.close();
    }
    await().until(() -> counts.disconnected.get() == 256);
    try (RawClient client = RawClient.opened(server.port(), "d", false, false)) {
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 512)).isZero();
    }
  }

  @Test
  void requestsToASlowDiskWaitTogether() throws IOException {
    // Every look at this clock costs a millisecond, so every request is slow: the first two are
    // served alone, and the rest meets.
    AtomicLong nanos = new AtomicLong();
    server = server(new StepClock(nanos));
    CountDownLatch together = new CountDownLatch(8);
    byte[] content = new byte[1 << 20];
    new Random(5).nextBytes(content);
    HookedDisk disk =
        new HookedDisk(offset -> {
          if (offset > 4096) {
            together.countDown();
            waitFor(together);
          }
        });
    disk.memory.writeAt(0, ByteBuffer.wrap(content));
    exports.add("d", disk);
    server.start();
    try (RawClient client = RawClient.opened(server.port(), "d", false, false)) {
      for (int i = 0; i < 10; i++) {
        client.add(Protocol.CMD_READ, 0, i, i * 4096L, 4096);
      }
      client.send();
      for (int i = 0; i < 10; i++) {
        RawClient.Reply reply = client.reply(4096);
        assertThat(reply.error()).isZero();
        assertThat(reply.data())
            .isEqualTo(
                Arrays.copyOfRange(
                    content, (int) reply.cookie() * 4096, (int) reply.cookie() * 4096 + 4096));
      }
    }
  }

  @Test
  void aDiskThatReadsTooLittleIsAnErrorAndShowsNothingOfOthers() throws IOException {
    exports.add(
        "d",
        new HookedDisk(offset -> {}) {
          @Override
          public void readAt(long offset, ByteBuffer target) {
            target.position(target.position() + target.remaining() / 2);
          }
        });
    server.start();
    try (RawClient client = RawClient.opened(server.port(), "d", false, false)) {
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 4096)).isEqualTo(NbdErrno.EIO);
    }
  }

  @Test
  void garbageOfAnyKindEndsOneConnectionOnly() throws IOException {
    exports.add("d", new MemoryDisk(1 << 20));
    server.start();
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      try (RawClient client =
          random.nextBoolean()
              ? RawClient.greeted(server.port())
              : RawClient.opened(server.port(), "d", random.nextBoolean(), false)) {
        byte[] garbage = new byte[random.nextInt(400)];
        random.nextBytes(garbage);
        if (random.nextBoolean()) {
          // A right start takes the rest further in.
          ByteBuffer start = ByteBuffer.allocate(12);
          if (client.sizeBytes == 0) {
            start.putLong(Protocol.OPTION_MAGIC).putInt(random.nextInt(12));
          } else {
            start.putInt(Protocol.REQUEST_MAGIC).putShort((short) random.nextInt(32));
            start.putShort((short) random.nextInt(9)).putInt(0);
          }
          client.raw(start.array());
        }
        client.raw(garbage);
        client.endOutput();
        client.in().readAllBytes();
      } catch (SocketException e) {
        assertThat(e).as("seed %d", seed).hasMessageMatching("(?i).*(reset|broken pipe).*");
      }
    }
    await().until(() -> exports.openCount() == 0);
    try (RawClient client = RawClient.opened(server.port(), "d", false, false)) {
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 512)).as("seed %d", seed).isZero();
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody came");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Counts implements NbdListener {
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger disconnected = new AtomicInteger();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final AtomicLong readBytes = new AtomicLong();
    final AtomicLong writtenBytes = new AtomicLong();

    @Override
    public void connected() {
      connected.incrementAndGet();
    }

    @Override
    public void disconnected() {
      disconnected.incrementAndGet();
    }

    @Override
    public void opened(String export) {
      opened.incrementAndGet();
    }

    @Override
    public void served(int count, int failed, long read, long written) {
      requests.addAndGet(count);
      failures.addAndGet(failed);
      readBytes.addAndGet(read);
      writtenBytes.addAndGet(written);
    }
  }

  private record StepClock(AtomicLong nanos) implements Clock {
    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanoTime() {
      return nanos.addAndGet(1_000_000);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }

  private interface Hook {
    void reading(long offset);
  }

  /** A disk in memory that calls a hook before it reads. */
  private static class HookedDisk implements BlockDevice {
    final MemoryDisk memory = new MemoryDisk(1 << 20);
    private final Hook hook;

    HookedDisk(Hook hook) {
      this.hook = hook;
    }

    @Override
    public long sizeBytes() {
      return memory.sizeBytes();
    }

    @Override
    public void readAt(long offset, ByteBuffer target) {
      hook.reading(offset);
      memory.readAt(offset, target);
    }

    @Override
    public void writeAt(long offset, ByteBuffer source) {
      memory.writeAt(offset, source);
    }

    @Override
    public void writeZeroesAt(long offset, long length) {
      memory.writeZeroesAt(offset, length);
    }

    @Override
    public void discardAt(long offset, long length) {
      memory.discardAt(offset, length);
    }

    @Override
    public void flush() {
      memory.flush();
    }

    @Override
    public List<BlockStatus> statusOf(long offset, long length) {
      return memory.statusOf(offset, length);
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
