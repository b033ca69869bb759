package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.clock.SystemClock;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests with lengths of 64 bits, and answers that are all chunks. */
class NbdExtendedTest {

  private static final long SIZE = 1L << 40;

  private final MemoryExports exports = new MemoryExports();
  private final MemoryDisk disk = new MemoryDisk(SIZE);
  private final NbdServer server =
      new NbdServer(
          exports,
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          NbdTls.NONE,
          new SystemClock(),
          NbdListener.NONE);

  @BeforeEach
  void start() {
    exports.add("d", disk);
    server.start();
  }

  @AfterEach
  void stopLeavesNothingOpen() {
    server.stop();
    assertThat(exports.openCount()).isZero();
  }

  private RawClient open() throws IOException {
    return RawClient.extended(server.port(), "d", Protocol.BASE_ALLOCATION);
  }

  private static int errorOf(RawClient client, int type, int flags, long offset, long length)
      throws IOException {
    client.addLong(type, flags, 11, offset, length).send();
    RawClient.Reply reply = client.reply(0);
    assertThat(reply.cookie()).isEqualTo(11);
    assertThat(client.offset).isEqualTo(offset);
    return reply.error();
  }

  @Test
  void theStatusOfATebibyteIsOneAnswer() throws IOException {
    disk.writeAt(1L << 39, java.nio.ByteBuffer.wrap(new byte[] {1}));
    try (RawClient client = open()) {
      client.addLong(Protocol.CMD_BLOCK_STATUS, 0, 5, 0, SIZE).send();
      RawClient.Reply reply = client.reply(0);
      assertThat(reply.type()).isEqualTo(Protocol.REPLY_BLOCK_STATUS_EXT);
      DataInputStream status = RawClient.data(reply.data());
      assertThat(status.readInt()).isEqualTo(1);
      assertThat(status.readInt()).isEqualTo(3);
      assertThat(status.readLong()).isEqualTo(1L << 39);
      assertThat(status.readLong()).isEqualTo(Protocol.STATE_HOLE | Protocol.STATE_ZERO);
      assertThat(status.readLong()).isEqualTo(4096);
      assertThat(status.readLong()).isZero();
      assertThat(status.readLong()).isEqualTo(SIZE - (1L << 39) - 4096);
      assertThat(status.readLong()).isEqualTo(Protocol.STATE_HOLE | Protocol.STATE_ZERO);
    }
  }

  @Test
  void moreThanFourGibibytesAreZeroedAtOnceUnlessTheyHaveToBeWritten() throws IOException {
    disk.writeAt(5L << 30, java.nio.ByteBuffer.wrap(new byte[] {1}));
    try (RawClient client = open()) {
      long length = 8L << 30;
      assertThat(errorOf(client, Protocol.CMD_WRITE_ZEROES, Protocol.CMD_FLAG_NO_HOLE, 0, length))
          .isEqualTo(NbdErrno.EOVERFLOW);
      assertThat(errorOf(client, Protocol.CMD_WRITE_ZEROES, 0, 0, length)).isZero();
      assertThat(disk.bytes(5L << 30, 1)).containsExactly(0);
      assertThat(errorOf(client, Protocol.CMD_TRIM, 0, 0, SIZE)).isZero();
      assertThat(errorOf(client, Protocol.CMD_FLUSH, 0, 0, 0)).isZero();
    }
  }

  @Test
  void whatIsLongIsZeroedInPiecesThatAStunCanWaitFor() throws IOException {
    Map<String, List<Long>> lengths = new ConcurrentHashMap<>();
    exports.add(
        "watched",
        Hooked.watched(
            disk,
            (call, length) ->
                lengths.computeIfAbsent(call, _ -> new CopyOnWriteArrayList<>()).add(length)));
    try (RawClient client = RawClient.extended(server.port(), "watched")) {
      long length = (1L << 30) + 512;
      assertThat(errorOf(client, Protocol.CMD_TRIM, 0, 512, length)).isZero();
      assertThat(errorOf(client, Protocol.CMD_WRITE_ZEROES, 0, 512, length)).isZero();
      assertThat(lengths).containsOnlyKeys("discardAt", "writeZeroesAt");
      for (List<Long> each : lengths.values()) {
        assertThat(each).allMatch(piece -> piece <= 64 << 20);
        assertThat(each.subList(1, each.size() - 1)).containsOnly(64L << 20);
        assertThat(each.getFirst()).as("the first ends at a grain").isEqualTo((64 << 20) - 512);
        assertThat(each.stream().mapToLong(Long::longValue).sum()).isEqualTo(length);
      }
    }
  }

  @Test
  void lengthsAndOffsetsNearTheLargestAreRefused() throws IOException {
    try (RawClient client = open()) {
      for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, SIZE + 1}) {
        assertThat(errorOf(client, Protocol.CMD_READ, 0, 0, length)).isEqualTo(NbdErrno.EOVERFLOW);
        assertThat(errorOf(client, Protocol.CMD_TRIM, 0, 4096, length)).isEqualTo(NbdErrno.EINVAL);
        assertThat(errorOf(client, Protocol.CMD_BLOCK_STATUS, 0, -1, length))
            .isEqualTo(NbdErrno.EINVAL);
      }
    }
  }

  @Test
  void aWriteSaysThatItHasAPayloadAndNothingElseHasOne() throws IOException {
    try (RawClient client = open()) {
      assertThat(errorOf(client, Protocol.CMD_WRITE, 0, 0, 512)).isEqualTo(NbdErrno.EINVAL);
      for (int type : new int[] {Protocol.CMD_READ, Protocol.CMD_BLOCK_STATUS, 8, 99}) {
        client.add(type, Protocol.CMD_FLAG_PAYLOAD_LEN, 6, 0, 40_000, new byte[40_000]).send();
        assertThat(client.reply(0).error()).isEqualTo(NbdErrno.EINVAL);
      }
      client.addWrite(0, 1, 100, new byte[] {1, 2, 3}).send();
      assertThat(client.reply(0).error()).isZero();
      assertThat(disk.bytes(99, 5)).containsExactly(0, 1, 2, 3, 0);
    }
  }

  @Test
  void aPayloadThatIsTooLongEndsTheConnection() throws IOException {
    for (long length : new long[] {(32 << 20) + 1, 1L << 40, -1}) {
      try (RawClient client = open()) {
        client
            .addLong(Protocol.CMD_WRITE, Protocol.CMD_FLAG_PAYLOAD_LEN, 1, 0, length, (byte) 1)
            .send();
        assertThat(client.ended()).isTrue();
      }
    }
  }

  @Test
  void shortRequestsEndTheConnection() throws IOException {
    try (RawClient client = open()) {
      client.rawInt(Protocol.REQUEST_MAGIC);
      client.raw(new byte[28]);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void aResizeIsRefused() throws IOException {
    try (RawClient client = open()) {
      int resize = 8;
      assertThat(errorOf(client, resize, 0, 0, 2 * SIZE)).isEqualTo(NbdErrno.EINVAL);
      client.addLong(Protocol.CMD_READ, 0, 12, 0, 512).send();
      assertThat(client.reply(0).data()).hasSize(8 + 512);
    }
  }
}
