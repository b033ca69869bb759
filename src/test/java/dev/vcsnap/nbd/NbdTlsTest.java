package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.ground.clock.SystemClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are made private by NBD_OPT_STARTTLS. */
class NbdTlsTest {

  private final MemoryExports exports = new MemoryExports();
  private final MemoryDisk disk = new MemoryDisk(32 << 20);
  private TestCertificate certificate;
  private NbdServer server;

  @BeforeEach
  void start() throws Exception {
    certificate = TestCertificate.make();
    exports.add("d", disk);
    serve(false);
  }

  private void serve(boolean required) {
    if (server != null) {
      server.stop();
    }
    server =
        new NbdServer(
            exports,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new NbdTls(certificate.server(), required),
            new SystemClock(),
            NbdListener.NONE);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
    assertThat(exports.openCount()).isZero();
  }

  private RawClient secure() throws IOException {
    RawClient client = RawClient.greeted(server.port());
    client.startTls(certificate.client());
    return client;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16_384, 16_385, 300_000, 9_000_000})
  void whatIsWrittenIsReadWhateverTheSizeOfRecords(int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    try (RawClient client = secure()) {
      client.extend("d", Protocol.BASE_ALLOCATION);
      client.addWrite(Protocol.CMD_FLAG_FUA, 1, 4096, bytes).send();
      assertThat(client.reply(0).error()).isZero();
      assertThat(disk.bytes(4096, length)).isEqualTo(bytes);
      client.add(Protocol.CMD_READ, 0, 2, 4096, length).send();
      var read = new ByteArrayOutputStream();
      RawClient.Reply reply;
      do {
        reply = client.reply(0);
        assertThat(reply.error()).isZero();
        if (reply.type() == Protocol.REPLY_OFFSET_DATA) {
          read.write(reply.data(), 8, reply.data().length - 8);
        }
      } while (!reply.last());
      assertThat(read.toByteArray()).isEqualTo(bytes);
    }
  }

  @Test
  void manyRequestsAtOnceAreAllAnswered() throws IOException {
    try (RawClient client = secure()) {
      client.extend("d");
      for (int i = 0; i < 200; i++) {
        client.addWrite(0, i, i * 5000L, new byte[] {(byte) i, 1, 2});
      }
      client.send();
      for (int i = 0; i < 200; i++) {
        assertThat(client.reply(0).error()).isZero();
      }
    }
    for (int i = 0; i < 200; i++) {
      assertThat(disk.bytes(i * 5000L, 3)).containsExactly(i, 1, 2);
    }
  }

  @Test
  void withoutTlsThereIsNothingWhereItIsRequired() throws IOException {
    serve(true);
    try (RawClient client = RawClient.greeted(server.port())) {
      for (int option :
          new int[] {
            Protocol.OPT_LIST,
            Protocol.OPT_INFO,
            Protocol.OPT_GO,
            Protocol.OPT_STRUCTURED_REPLY,
            Protocol.OPT_EXTENDED_HEADERS
          }) {
        client.option(option, new byte[0]);
        assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_TLS_REQD);
      }
      client.startTls(certificate.client());
      client.option(Protocol.OPT_STARTTLS, new byte[0]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
      client.extend("d");
      assertThat(client.add(Protocol.CMD_FLUSH, 0, 7, 0, 0)).isNotNull();
      client.send();
      assertThat(client.reply(0).error()).isZero();
    }
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_EXPORT_NAME, "d".getBytes());
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void whatWasAgreedOnInTheOpenIsForgotten() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
      client.startTls(certificate.client());
      client.option(
          Protocol.OPT_SET_META_CONTEXT, RawClient.metaContext("d", Protocol.BASE_ALLOCATION));
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
    }
  }

  @Test
  void whatIsSentBeforeTheAnswerToStartTlsEndsTheConnection() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      var both = new ByteArrayOutputStream();
      for (int option : new int[] {Protocol.OPT_STARTTLS, Protocol.OPT_LIST}) {
        both.write(
            java.nio.ByteBuffer.allocate(16).putLong(Protocol.OPTION_MAGIC).putInt(option).array());
      }
      client.raw(both.toByteArray());
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void aClientThatTrustsNobodyOrSpeaksNoTlsIsDropped() throws Exception {
    SSLContext stranger = TestCertificate.make().client();
    try (RawClient client = RawClient.greeted(server.port())) {
      client.startTls(stranger);
      assertThatThrownBy(() -> client.option(Protocol.OPT_LIST, new byte[0]))
          .isInstanceOf(SSLException.class);
    }
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_STARTTLS, new byte[0]);
      client.optionReply();
      client.raw("GET / HTTP/1.1\r\n\r\n".getBytes());
      byte[] alert = {21, 3};
      assertThat(client.in().readAllBytes()).as("nothing but an alert").startsWith(alert);
    }
  }
}
