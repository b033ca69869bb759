package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.ground.clock.SystemClock;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests, good and bad, on an open disk. */
class NbdTransmissionTest {

  private static final int SIZE = 64 << 20;

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
    exports.addReadOnly("frozen", disk);
    server.start();
  }

  @AfterEach
  void stopLeavesNothingOpen() throws IOException {
    disk.heal();
    try (RawClient client = open(false)) {
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 4096)).as("the server goes on").isZero();
    }
    server.stop();
    assertThat(exports.openCount()).isZero();
  }

  private RawClient open(boolean structured) throws IOException {
    return RawClient.opened(server.port(), "d", structured, structured);
  }

  private static byte[] pattern(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void wrongRequestMagicEndsTheConnectionAfterTheGoodOnesBeforeIt() throws IOException {
    try (RawClient client = open(false)) {
      client.addWrite(0, 1, 0, pattern(512, 1));
      client.send();
      assertThat(client.reply(0).error()).isZero();
      client.addWrite(0, 2, 512, pattern(512, 2)).add(0, 0, 3, 0, 0).send();
      client.raw(new byte[28]);
      assertThat(client.reply(0).cookie()).isEqualTo(2);
      assertThat(client.reply(0).cookie()).isEqualTo(3);
      assertThat(client.ended()).isTrue();
    }
    assertThat(disk.bytes(512, 512)).isEqualTo(pattern(512, 2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWriteThatIsTooLongIsReadOverAndRefused(boolean structured) throws IOException {
    try (RawClient client = open(structured)) {
      int length = Protocol.PAYLOAD_BYTES_MAX + 1;
      assertThat(client.call(Protocol.CMD_WRITE, 0, 0, length, new byte[length]))
          .isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_WRITE, 0, 0, 3, (byte) 1, (byte) 2, (byte) 3)).isZero();
    }
    assertThat(disk.writes).hasValue(1);
  }

  @Test
  void aReadThatIsTooLongIsRefused() throws IOException {
    try (RawClient client = open(false)) {
      assertThat(client.call(Protocol.CMD_READ, 0, 0, Protocol.PAYLOAD_BYTES_MAX + 1))
          .isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_READ, 0, 0, -1)).isEqualTo(NbdErrno.EINVAL);
    }
    try (RawClient client = open(true)) {
      assertThat(client.call(Protocol.CMD_READ, 0, 0, Protocol.PAYLOAD_BYTES_MAX + 1))
          .isEqualTo(NbdErrno.EOVERFLOW);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pastTheEndHasTheErrorsOfTheProtocolAndTheConnectionGoesOn(boolean structured)
      throws IOException {
    try (RawClient client = open(structured)) {
      for (long offset : new long[] {SIZE - 1, SIZE, 1L << 40, Long.MAX_VALUE - 1, -1, -4096}) {
        byte[] two = {1, 2};
        assertThat(client.call(Protocol.CMD_READ, 0, offset, 2)).isEqualTo(NbdErrno.EINVAL);
        assertThat(client.call(Protocol.CMD_WRITE, 0, offset, 2, two)).isEqualTo(NbdErrno.ENOSPC);
        assertThat(client.call(Protocol.CMD_WRITE_ZEROES, 0, offset, 2)).isEqualTo(NbdErrno.ENOSPC);
        assertThat(client.call(Protocol.CMD_TRIM, 0, offset, 2)).isEqualTo(NbdErrno.EINVAL);
        assertThat(client.call(Protocol.CMD_CACHE, 0, offset, 2)).isEqualTo(NbdErrno.EINVAL);
        assertThat(client.call(Protocol.CMD_BLOCK_STATUS, 0, offset, 2)).isEqualTo(NbdErrno.EINVAL);
      }
      assertThat(client.call(Protocol.CMD_TRIM, 0, 0, -1)).isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_READ, 0, SIZE - 1, 1)).isZero();
    }
    assertThat(disk.writes).hasValue(0);
  }

  @Test
  void unknownCommandsAndFlagsAreRefused() throws IOException {
    try (RawClient client = open(true)) {
      int resize = 8;
      assertThat(client.call(resize, 0, 0, 4096)).isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(0xffff, 0, 0, 0)).isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_READ, 1 << 9, 0, 512)).isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_READ, Protocol.CMD_FLAG_NO_HOLE, 0, 512))
          .isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_WRITE, Protocol.CMD_FLAG_DF, 0, 1, (byte) 7))
          .isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_FLUSH, 0, 1, 0)).isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_BLOCK_STATUS, 0, 0, 0)).isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_READ, Protocol.CMD_FLAG_FUA, 0, 512)).isZero();
    }
    try (RawClient client = open(false)) {
      assertThat(client.call(Protocol.CMD_READ, Protocol.CMD_FLAG_DF, 0, 512))
          .isEqualTo(NbdErrno.EINVAL);
      assertThat(client.call(Protocol.CMD_BLOCK_STATUS, 0, 0, 512)).isEqualTo(NbdErrno.EINVAL);
    }
    assertThat(disk.writes).hasValue(0);
  }

  @Test
  void aReadOnlyExportRefusesEveryChange() throws IOException {
    try (RawClient client = RawClient.opened(server.port(), "frozen", false, false)) {
      assertThat(client.flags & Protocol.FLAG_READ_ONLY).isNotZero();
      assertThat(client.call(Protocol.CMD_WRITE, 0, 0, 1, (byte) 1)).isEqualTo(NbdErrno.EPERM);
      assertThat(client.call(Protocol.CMD_TRIM, 0, 0, 4096)).isEqualTo(NbdErrno.EPERM);
      assertThat(client.call(Protocol.CMD_WRITE_ZEROES, 0, 0, 4096)).isEqualTo(NbdErrno.EPERM);
      assertThat(client.call(Protocol.CMD_FLUSH, 0, 0, 0)).isZero();
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 4096)).isZero();
    }
    assertThat(disk.writes).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 1 << 20, 32 << 20})
  void aWriteCutInItsMiddleLeavesNoTraceAndGivesTheDiskBack(int length) throws IOException {
    for (boolean reset : new boolean[] {false, true}) {
      try (RawClient client = open(false)) {
        client.addWrite(0, 1, 0, pattern(512, 1));
        client.add(
            Protocol.CMD_WRITE, 0, 2, 4096, length, Arrays.copyOf(pattern(512, 2), length / 2));
        client.send();
        assertThat(client.reply(0).cookie()).as("the whole one before it").isEqualTo(1);
        assertThat(exports.openCount()).isEqualTo(1);
        if (reset) {
          client.vanish();
        } else {
          client.endOutput();
          assertThat(client.ended()).isTrue();
        }
      }
      await().untilAsserted(() -> assertThat(exports.openCount()).isZero());
    }
    assertThat(disk.writes).hasValue(2);
    assertThat(disk.bytes(0, 512)).isEqualTo(pattern(512, 1));
    assertThat(disk.bytes(4096, 512)).containsOnly(0);
  }

  @Test
  void goodbyeIsSaidAfterWhatWasAskedBeforeIt() throws IOException {
    try (RawClient client = open(false)) {
      client.addWrite(0, 1, 0, pattern(4096, 3)).add(Protocol.CMD_DISC, 0, 2, 0, 0).send();
      assertThat(client.reply(0).error()).isZero();
      assertThat(client.ended()).isTrue();
    }
    assertThat(disk.bytes(0, 4096)).isEqualTo(pattern(4096, 3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReadThatFailsAmongOthersFailsAlone(boolean structured) throws IOException {
    byte[] content = pattern(3 * 4096, 4);
    try (RawClient client = open(structured)) {
      client.addWrite(0, 1, 0, content).send();
      client.reply(0);
      disk.failFrom(1 << 20, BlockError.Kind.IO);
      client.add(Protocol.CMD_READ, 0, 10, 0, 4096);
      client.add(Protocol.CMD_READ, 0, 11, 1 << 20, 4096);
      client.add(Protocol.CMD_READ, 0, 12, 4096, 8192);
      client.addWrite(0, 13, 1 << 20, new byte[512]);
      client.add(Protocol.CMD_READ, 0, 14, 4096, 0);
      client.send();
      Set<Long> answered = new HashSet<>();
      while (answered.size() < 5) {
        RawClient.Reply reply =
            client.reply(answered.isEmpty() ? 4096 : answered.size() == 1 ? 8192 : 0);
        answered.add(reply.cookie());
        int from = structured && reply.type() == Protocol.REPLY_OFFSET_DATA ? 8 : 0;
        byte[] data = Arrays.copyOfRange(reply.data(), from, reply.data().length);
        switch ((int) reply.cookie()) {
          case 10 -> assertThat(data).isEqualTo(Arrays.copyOf(content, 4096));
          case 12 -> assertThat(data).isEqualTo(Arrays.copyOfRange(content, 4096, 12288));
          case 14 -> assertThat(reply.error()).isZero();
          default -> assertThat(reply.error()).isEqualTo(NbdErrno.EIO);
        }
        if (structured && reply.error() != 0) {
          assertThat(new String(data)).contains("told to fail from 1048576 on");
        }
      }
    }
  }

  @Test
  void everyKindOfFailureHasItsNumber() throws IOException {
    try (RawClient client = open(false)) {
      for (BlockError.Kind kind : BlockError.Kind.values()) {
        disk.failFrom(0, kind);
        int expected =
            switch (kind) {
              case NO_SPACE -> NbdErrno.ENOSPC;
              case READ_ONLY, LOCKED -> NbdErrno.EPERM;
              case OUT_OF_BOUNDS -> NbdErrno.ENOSPC;
              case CLOSED -> NbdErrno.ESHUTDOWN;
              default -> NbdErrno.EIO;
            };
        assertThat(client.call(Protocol.CMD_WRITE, 0, 0, 1, (byte) 1)).isEqualTo(expected);
      }
      disk.failFrom(0, BlockError.Kind.OUT_OF_BOUNDS);
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 1)).isEqualTo(NbdErrno.EINVAL);
    }
  }

  @Test
  void oneFlushServesAllThatWantOneAndFailsAllTogether() throws IOException {
    try (RawClient client = open(false)) {
      for (int i = 0; i < 8; i++) {
        client.addWrite(Protocol.CMD_FLAG_FUA, i, i * 4096L, pattern(512, i));
      }
      client.send();
      for (int i = 0; i < 8; i++) {
        assertThat(client.reply(0).error()).isZero();
      }
      // All eight come in one segment, but nothing promises that they are received so.
      assertThat(disk.flushes.get()).isBetween(1, 4);
      disk.failFrom(SIZE - 1, BlockError.Kind.IO);
      client.addWrite(0, 20, 0, pattern(512, 20));
      client.addWrite(Protocol.CMD_FLAG_FUA, 21, 0, pattern(512, 20));
      client.add(Protocol.CMD_WRITE_ZEROES, Protocol.CMD_FLAG_FUA, 22, 0, 4096);
      client.add(Protocol.CMD_FLUSH, 0, 23, 0, 0).send();
      for (int i = 20; i < 24; i++) {
        RawClient.Reply reply = client.reply(0);
        assertThat(reply.error()).isEqualTo(reply.cookie() == 20 ? 0 : NbdErrno.EIO);
      }
    }
  }

  @Test
  void zeroesLeaveAHoleUnlessRoomIsWantedAndAreFastOnlyThen() throws IOException {
    try (RawClient client = open(true)) {
      client.addWrite(0, 1, 0, pattern(1 << 20, 5)).send();
      client.reply(0);
      assertThat(client.call(Protocol.CMD_WRITE_ZEROES, Protocol.CMD_FLAG_FAST_ZERO, 0, 8192))
          .isZero();
      int both = Protocol.CMD_FLAG_FAST_ZERO | Protocol.CMD_FLAG_NO_HOLE;
      assertThat(client.call(Protocol.CMD_WRITE_ZEROES, both, 8192, 4096))
          .isEqualTo(NbdErrno.ENOTSUP);
      assertThat(disk.bytes(8192, 16)).isNotEqualTo(new byte[16]);
      assertThat(client.call(Protocol.CMD_WRITE_ZEROES, Protocol.CMD_FLAG_NO_HOLE, 8192, 700_000))
          .isZero();
      assertThat(disk.bytes(0, 708_192)).containsOnly(0);
      assertThat(client.call(Protocol.CMD_TRIM, 0, 1 << 19, 1 << 19)).isZero();
      client.add(Protocol.CMD_BLOCK_STATUS, 0, 9, 0, 4 << 20).send();
      DataInputStream status = RawClient.data(client.reply(0).data());
      assertThat(status.readInt()).isEqualTo(1);
      assertThat(status.readInt()).isEqualTo(8192);
      assertThat(status.readInt()).isEqualTo(Protocol.STATE_ZERO);
      assertThat(status.readInt()).isEqualTo((1 << 19) - 8192);
      assertThat(status.readInt()).isZero();
      assertThat(status.readInt()).isEqualTo((4 << 20) - (1 << 19));
      assertThat(status.readInt()).isEqualTo(Protocol.STATE_HOLE | Protocol.STATE_ZERO);
      assertThat(status.available()).isZero();
    }
  }

  @Test
  void blockStatusIsBoundedAndOneIsOne() throws IOException {
    try (RawClient client = open(true)) {
      int grains = 2 * Extents.MAX;
      for (int i = 0; i * 8192L < SIZE && i < grains; i++) {
        client.addWrite(0, i, i * 8192L, new byte[] {1});
        if (i % 32 == 31) {
          client.send();
          for (int j = 0; j < 32; j++) {
            client.reply(0);
          }
        }
      }
      client.add(Protocol.CMD_BLOCK_STATUS, 0, 1, 0, SIZE).send();
      int descriptors = (client.reply(0).data().length - 4) / 8;
      assertThat(descriptors).isEqualTo(Math.min(Extents.MAX, SIZE / 4096));
      client.add(Protocol.CMD_BLOCK_STATUS, Protocol.CMD_FLAG_REQ_ONE, 1, 100, SIZE - 100).send();
      DataInputStream one = RawClient.data(client.reply(0).data());
      assertThat(one.skipBytes(4)).isEqualTo(4);
      assertThat(one.readInt()).isEqualTo(4096 - 100);
      assertThat(one.readInt()).isZero();
      assertThat(one.available()).isZero();
    }
  }

  @Test
  void aLargeReadThatFailsInItsMiddleIsToldOfWhereWordsAllow() throws IOException {
    byte[] content = pattern(8 << 20, 6);
    try (RawClient client = open(true)) {
      assertThat(client.call(Protocol.CMD_WRITE, 0, 0, content.length, content)).isZero();
      assertThat(read(client, 0, content.length, 0)).isEqualTo(content);
      assertThat(read(client, 0, content.length, Protocol.CMD_FLAG_DF)).isEqualTo(content);
      disk.failFrom(5 << 20, BlockError.Kind.IO);
      assertThatThrownBy(() -> read(client, 0, content.length, 0)).hasMessage("error 5");
      assertThatThrownBy(() -> read(client, 0, content.length, Protocol.CMD_FLAG_DF))
          .hasMessage("error 5");
      assertThat(read(client, 0, 5 << 20, 0)).isEqualTo(Arrays.copyOf(content, 5 << 20));
      disk.failFrom(0, BlockError.Kind.IO);
      assertThatThrownBy(() -> read(client, 0, content.length, Protocol.CMD_FLAG_DF))
          .hasMessage("error 5");
    }
    disk.heal();
    try (RawClient client = open(false)) {
      client.add(Protocol.CMD_READ, 0, 1, 0, content.length).send();
      assertThat(client.reply(content.length).data()).isEqualTo(content);
      disk.failFrom(1 << 20, BlockError.Kind.IO);
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 2 << 20)).isEqualTo(NbdErrno.EIO);
      disk.failFrom(5 << 20, BlockError.Kind.IO);
      client.add(Protocol.CMD_READ, 0, 1, 0, content.length).send();
      assertThat(client.reply(5 << 20).error()).isZero();
      assertThat(client.ended()).as("a simple reply cannot be taken back").isTrue();
    }
  }

  /** A structured read, put together as a client does. */
  private static byte[] read(RawClient client, long offset, int length, int flags)
      throws IOException {
    client.add(Protocol.CMD_READ, flags, 5, offset, length).send();
    byte[] found = new byte[length];
    int covered = 0;
    int chunks = 0;
    int error = 0;
    RawClient.Reply reply;
    do {
      reply = client.reply(0);
      if (reply.type() == Protocol.REPLY_OFFSET_DATA) {
        long at = RawClient.data(reply.data()).readLong();
        int bytes = reply.data().length - 8;
        System.arraycopy(reply.data(), 8, found, (int) (at - offset), bytes);
        covered += bytes;
        chunks++;
      }
      error = Math.max(error, reply.error());
    } while (!reply.last());
    if (error != 0) {
      throw new IOException("error " + error);
    }
    assertThat(covered).isEqualTo(length);
    if ((flags & Protocol.CMD_FLAG_DF) != 0) {
      assertThat(chunks).isEqualTo(1);
    }
    return found;
  }

  @Test
  void cacheReadsAndTellsOfErrors() throws IOException {
    try (RawClient client = open(true)) {
      assertThat(client.call(Protocol.CMD_CACHE, 0, 100, 5 << 20)).isZero();
      assertThat(client.call(Protocol.CMD_CACHE, 0, 0, 0)).isZero();
      disk.failFrom(1 << 20, BlockError.Kind.IO);
      assertThat(client.call(Protocol.CMD_CACHE, 0, 0, 4 << 20)).isEqualTo(NbdErrno.EIO);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyScriptOfPipelinedRequestsEqualsAModel(boolean structured) throws IOException {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    byte[] model = new byte[4 << 20];
    try (RawClient client = open(structured)) {
      for (int round = 0; round < 150; round++) {
        // Requests in flight together touch different places, as the protocol asks of clients.
        int count = 1 + random.nextInt(40);
        int room = model.length / count;
        int[] kinds = new int[count];
        byte[][] expected = new byte[count][];
        for (int i = 0; i < count; i++) {
          int offset = i * room + random.nextInt(room / 2);
          int length =
              1 + random.nextInt(random.nextInt(8) == 0 ? room / 2 : Math.min(room / 2, 9000));
          kinds[i] = random.nextInt(4);
          switch (kinds[i]) {
            case 0 -> {
              expected[i] = Arrays.copyOfRange(model, offset, offset + length);
              client.add(Protocol.CMD_READ, 0, i, offset, length);
            }
            case 1 -> {
              byte[] bytes = pattern(length, random.nextLong());
              System.arraycopy(bytes, 0, model, offset, length);
              client.addWrite(random.nextInt(2), i, offset, bytes);
            }
            case 2 -> {
              Arrays.fill(model, offset, offset + length, (byte) 0);
              client.add(Protocol.CMD_WRITE_ZEROES, 2 * random.nextInt(2), i, offset, length);
            }
            default -> client.add(Protocol.CMD_FLUSH, 0, i, 0, 0);
          }
        }
        client.send();
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
          receive(client, expected, seen, "seed " + seed);
        }
        assertThat(seen.size()).as("seed %d", seed).isEqualTo(count);
      }
      assertThat(disk.bytes(0, model.length)).as("seed %d", seed).isEqualTo(model);
    }
  }

  private static void receive(
      RawClient client, byte[][] expected, ByteArrayOutputStream seen, String about)
      throws IOException {
    DataInputStream in = client.in();
    int magic = in.readInt();
    if (magic == Protocol.SIMPLE_REPLY_MAGIC) {
      assertThat(in.readInt()).as(about).isZero();
      int cookie = (int) in.readLong();
      seen.write(cookie);
      if (expected[cookie] != null) {
        assertThat(in.readNBytes(expected[cookie].length)).as(about).isEqualTo(expected[cookie]);
      }
    } else {
      assertThat(magic).as(about).isEqualTo(Protocol.STRUCTURED_REPLY_MAGIC);
      assertThat(in.readUnsignedShort()).isEqualTo(Protocol.REPLY_FLAG_DONE);
      assertThat(in.readUnsignedShort()).isEqualTo(Protocol.REPLY_OFFSET_DATA);
      int cookie = (int) in.readLong();
      seen.write(cookie);
      byte[] data = in.readNBytes(in.readInt());
      assertThat(Arrays.copyOfRange(data, 8, data.length)).as(about).isEqualTo(expected[cookie]);
    }
  }
}
