package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.lease.DiskExport;
import dev.vcsnap.lease.DiskExports;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server says, and refuses, before a disk is open. */
class NbdHandshakeTest {

  private static final String DISK = "DC0_H0_VM0/scsi0:0";
  private static final String FROZEN = "DC0_H0_VM0/scsi0:0@snapshot-62";

  private final MemoryExports exports = new MemoryExports();
  private final NbdServer server =
      new NbdServer(
          exports,
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          NbdTls.NONE,
          new SystemClock(),
          NbdListener.NONE);

  @BeforeEach
  void start() {
    exports.add(DISK, new MemoryDisk(1 << 20));
    exports.addReadOnly(FROZEN, new MemoryDisk(1 << 20));
    exports.addLocked("busy");
    server.start();
  }

  @AfterEach
  void stopLeavesNothingOpen() throws IOException {
    try (RawClient client = RawClient.opened(server.port(), DISK, false, false)) {
      assertThat(client.sizeBytes).as("the server goes on").isEqualTo(1 << 20);
    }
    server.stop();
    assertThat(exports.openCount()).isZero();
  }

  @Test
  void wrongMagicInPlaceOfAnOptionEndsTheConnection() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void unknownClientFlagsEndTheConnection() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.readGreeting();
      client.rawInt(0x83);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void anOptionThatIsTooLongEndsTheConnectionUnread() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.optionHeader(Protocol.OPT_GO, -1);
      assertThat(client.ended()).isTrue();
    }
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(77, new byte[Protocol.OPTION_BYTES_MAX]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_UNSUP);
      client.optionHeader(77, Protocol.OPTION_BYTES_MAX + 1);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void anUnknownOptionIsRefusedAndTheNextIsHeard() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(4242, new byte[] {1, 2, 3});
      RawClient.OptionReply reply = client.optionReply();
      assertThat(reply.option()).isEqualTo(4242);
      assertThat(reply.type()).isEqualTo(Protocol.REP_ERR_UNSUP);
      client.option(Protocol.OPT_ABORT, new byte[0]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void tlsIsRefusedWhereThereIsNoCertificate() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_STARTTLS, new byte[0]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_UNSUP);
      client.option(Protocol.OPT_STARTTLS, new byte[1]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
    }
  }

  @Test
  void anUnknownExportIsToldOfAndAnotherMayFollow() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_GO, RawClient.go("nowhere"));
      RawClient.OptionReply reply = client.optionReply();
      assertThat(reply.type()).isEqualTo(Protocol.REP_ERR_UNKNOWN);
      assertThat(reply.text()).contains("nowhere");
      client.option(Protocol.OPT_INFO, RawClient.go(""));
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_UNKNOWN);
      client.option(Protocol.OPT_GO, RawClient.go(DISK));
      assertThat(client.optionReplies().getLast().type()).isEqualTo(Protocol.REP_ACK);
      assertThat(client.call(Protocol.CMD_READ, 0, 0, 512)).isZero();
    }
  }

  @Test
  void aLockedExportIsAMatterOfPolicy() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_GO, RawClient.go("busy"));
      RawClient.OptionReply reply = client.optionReply();
      assertThat(reply.type()).isEqualTo(Protocol.REP_ERR_POLICY);
      assertThat(reply.text()).contains("merged");
    }
  }

  @Test
  void theOldWayToAnUnknownExportEndsTheConnection() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_EXPORT_NAME, "nowhere".getBytes());
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void theOldWayToADiskHasPaddingOnlyForOldClients() throws IOException {
    for (int flags : new int[] {1, 3}) {
      try (RawClient client = new RawClient(server.port())) {
        client.readGreeting();
        client.rawInt(flags);
        client.option(Protocol.OPT_EXPORT_NAME, DISK.getBytes());
        assertThat(client.in().readLong()).isEqualTo(1 << 20);
        assertThat(client.in().readUnsignedShort() & Protocol.FLAG_SEND_DF).isZero();
        if (flags == 1) {
          assertThat(client.in().readNBytes(124)).containsOnly(0);
        }
        assertThat(client.call(Protocol.CMD_READ, 0, 0, 512)).isZero();
      }
    }
  }

  @Test
  void lengthsThatLieAreRefused() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      // A name longer than the data, a name with no list after it, more list than data, less list.
      for (byte[] data :
          List.of(
              new byte[] {0, 0, 0, 9, 'a'},
              new byte[] {-1, -1, -1, -1, 'a', 0, 0},
              new byte[] {0, 0, 0, 1, 'a'},
              new byte[] {0, 0, 0, 1, 'a', 0, 2, 0, 1},
              new byte[] {0, 0, 0, 1, 'a', 0, 0, 0},
              new byte[] {0, 0, 0, 1, (byte) 0xff, 0, 0},
              new byte[0])) {
        client.option(Protocol.OPT_GO, data);
        assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
      }
      client.option(Protocol.OPT_GO, RawClient.go("n".repeat(4097)));
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
      client.option(Protocol.OPT_GO, RawClient.go("n".repeat(4096)));
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_UNKNOWN);
      client.option(Protocol.OPT_LIST, new byte[1]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
      client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[1]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
    }
  }

  @Test
  void contextsNeedStructuredRepliesAndAKnownExport() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      byte[] good = RawClient.metaContext(DISK, Protocol.BASE_ALLOCATION);
      client.option(Protocol.OPT_SET_META_CONTEXT, good);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
      client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
      client.option(Protocol.OPT_SET_META_CONTEXT, RawClient.metaContext("nowhere", "base:"));
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_UNKNOWN);
      client.option(Protocol.OPT_SET_META_CONTEXT, new byte[] {0, 0, 0, 0, -1, -1, -1, -1});
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
      client.option(
          Protocol.OPT_SET_META_CONTEXT, RawClient.metaContext(DISK, "base:", "base:x", "q:y"));
      assertThat(client.optionReplies()).hasSize(1);
      client.option(Protocol.OPT_LIST_META_CONTEXT, RawClient.metaContext(DISK));
      assertThat(client.optionReplies()).hasSize(2);
      client.option(Protocol.OPT_LIST_META_CONTEXT, RawClient.metaContext(DISK, "base:"));
      assertThat(client.optionReplies().getFirst().text()).endsWith("base:allocation");
      client.option(Protocol.OPT_SET_META_CONTEXT, good);
      assertThat(client.optionReplies()).hasSize(2);
    }
  }

  @Test
  void aContextOfAnotherExportDoesNotCount() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
      client.optionReply();
      client.option(
          Protocol.OPT_SET_META_CONTEXT, RawClient.metaContext(FROZEN, Protocol.BASE_ALLOCATION));
      client.optionReplies();
      client.option(Protocol.OPT_GO, RawClient.go(DISK));
      client.optionReplies();
      assertThat(client.call(Protocol.CMD_BLOCK_STATUS, 0, 0, 4096)).isEqualTo(NbdErrno.EINVAL);
    }
  }

  @Test
  void infoTellsSizeFlagsBlockSizesAndWhatWasAskedFor() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(
          Protocol.OPT_INFO,
          RawClient.go(
              FROZEN, Protocol.INFO_NAME, Protocol.INFO_DESCRIPTION, Protocol.INFO_BLOCK_SIZE, 99));
      List<RawClient.OptionReply> replies = client.optionReplies();
      assertThat(replies).hasSize(5);
      DataInputStream export = RawClient.data(replies.get(0).data());
      assertThat(export.readUnsignedShort()).isEqualTo(Protocol.INFO_EXPORT);
      assertThat(export.readLong()).isEqualTo(1 << 20);
      assertThat(export.readUnsignedShort())
          .isEqualTo(
              Protocol.FLAG_HAS_FLAGS
                  | Protocol.FLAG_READ_ONLY
                  | Protocol.FLAG_SEND_FLUSH
                  | Protocol.FLAG_SEND_FUA
                  | Protocol.FLAG_CAN_MULTI_CONN
                  | Protocol.FLAG_SEND_CACHE);
      DataInputStream blocks = RawClient.data(replies.get(1).data());
      assertThat(blocks.readUnsignedShort()).isEqualTo(Protocol.INFO_BLOCK_SIZE);
      assertThat(blocks.readInt()).isEqualTo(1);
      assertThat(blocks.readInt()).isEqualTo(4096);
      assertThat(blocks.readInt()).isEqualTo(32 << 20);
      assertThat(replies.get(2).text()).endsWith(FROZEN);
      assertThat(replies.get(3).text()).contains("read-only disk");
      assertThat(exports.openCount()).as("INFO gives the disk back").isZero();
    }
  }

  @Test
  void listNamesEveryExport() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_LIST, new byte[0]);
      assertThat(client.optionReplies())
          .extracting(reply -> reply.text().length() > 4 ? reply.text().substring(4) : "")
          .containsExactly(DISK, FROZEN, "busy", "");
    }
  }

  @Test
  void extendedHeadersTakeThePlaceOfStructuredReplies() throws IOException {
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
      client.option(Protocol.OPT_EXTENDED_HEADERS, new byte[1]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_INVALID);
      client.option(Protocol.OPT_EXTENDED_HEADERS, new byte[0]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ACK);
      client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
      assertThat(client.optionReply().type()).isEqualTo(Protocol.REP_ERR_EXT_HEADER_REQD);
      client.option(Protocol.OPT_EXPORT_NAME, DISK.getBytes());
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void aContextThatIsGoneWhenTheExportIsChosenIsToldOf() throws IOException {
    MemoryDisk disk = new MemoryDisk(1 << 20);
    exports.add("d", Hooked.layered(disk));
    try (RawClient client = RawClient.greeted(server.port())) {
      client.option(Protocol.OPT_EXTENDED_HEADERS, new byte[0]);
      client.optionReply();
      client.option(
          Protocol.OPT_SET_META_CONTEXT, RawClient.metaContext("d", Protocol.ALLOCATION_DEPTH));
      assertThat(client.optionReplies()).hasSize(2);
      exports.add("d", disk);
      client.option(Protocol.OPT_GO, RawClient.go("d"));
      RawClient.OptionReply reply = client.optionReply();
      assertThat(reply.type()).isEqualTo(Protocol.REP_ERR_UNKNOWN);
      assertThat(reply.text()).contains(Protocol.ALLOCATION_DEPTH);
      assertThat(exports.openCount()).isZero();
    }
  }

  @Test
  void whoDoesNotComeToAChoiceLosesThePlace() throws IOException {
    var due = new CountDownLatch(1);
    var clock = new PatientClock(due);
    try (var patient =
        new NbdServer(
            exports,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            NbdTls.NONE,
            clock,
            NbdListener.NONE)) {
      patient.start();
      try (RawClient silent = new RawClient(patient.port());
          RawClient slow = RawClient.greeted(patient.port());
          RawClient asking = RawClient.greeted(patient.port());
          RawClient chosen = RawClient.opened(patient.port(), DISK, false, false)) {
        slow.optionHeader(Protocol.OPT_GO, 100);
        silent.readGreeting();
        asking.option(Protocol.OPT_GO, RawClient.go("nowhere"));
        assertThat(asking.optionReply().type()).isEqualTo(Protocol.REP_ERR_UNKNOWN);
        asking.option(Protocol.OPT_INFO, RawClient.go(DISK));
        assertThat(asking.optionReplies().getLast().type()).isEqualTo(Protocol.REP_ACK);
        // Its answer tells that the limit no longer concerns it.
        assertThat(chosen.call(Protocol.CMD_READ, 0, 0, 512)).isZero();
        due.countDown();
        assertThat(silent.ended()).isTrue();
        assertThat(slow.ended()).isTrue();
        assertThat(asking.ended()).isTrue();
        assertThat(chosen.call(Protocol.CMD_READ, 0, 0, 512)).isZero();
      }
    }
  }

  @Test
  void whoHasChosenKeepsThePlaceHoweverLongTheServerTakes() throws Exception {
    var opening = new CountDownLatch(1);
    var opened = new CountDownLatch(1);
    DiskExports slow =
        new DiskExports() {
          @Override
          public List<String> names() {
            return exports.names();
          }

          @Override
          public DiskExport open(String name) {
            opening.countDown();
            try {
              opened.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return exports.open(name);
          }
        };
    var due = new CountDownLatch(1);
    try (var patient =
        new NbdServer(
            slow,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            NbdTls.NONE,
            new PatientClock(due),
            NbdListener.NONE)) {
      patient.start();
      try (RawClient chosen = RawClient.greeted(patient.port());
          RawClient silent = RawClient.greeted(patient.port())) {
        chosen.option(Protocol.OPT_GO, RawClient.go(DISK));
        opening.await();
        due.countDown();
        assertThat(silent.ended()).isTrue();
        opened.countDown();
        assertThat(chosen.optionReplies().getLast().type()).isEqualTo(Protocol.REP_ACK);
        assertThat(chosen.call(Protocol.CMD_READ, 0, 0, 512)).isZero();
      } finally {
        opened.countDown();
      }
    }
  }
}
