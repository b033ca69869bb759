package dev.vcsnap.guest.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** What a guest may send, for whoever wants to damage it, and what the host makes of it. */
public final class GuestInput {

  /** Two adapters' worth of what open-vm-tools 12.2.0 sent: one adapter with two addresses. */
  static final byte[] NICS =
      HexFormat.of()
          .parseHex(
              "000000030000000100000001"
                  + "0000001130303a35303a35363a30313a30323a3033000000"
                  + "00000002"
                  + "0000000100000004c0000202000000180000000000000001"
                  + "00000001"
                  + "0000000200000010fe8000000000000002fc00fffe000001"
                  + "000000400000000000000001"
                  + "00000005"
                  + "00000000"
                  + "000000000000000000000000"
                  + "0000000800000001");

  private GuestInput() {}

  /** Streams of packets. */
  public static byte[][] streams() {
    var all = new ByteArrayOutputStream();
    for (String request :
        new String[] {
          "info-set guestinfo.ip 192.0.2.2\0",
          "vmbackup.eventSet prov.snapshotCommit 0 \0",
          "tools.set.versiontype 12352 4\0",
          "SetGuestInfo  1 vm\0",
          "SetGuestDiskInfo"
              + " {\"version\":\"1\",\"disks\":[{\"name\":\"/\",\"free\":\"1\",\"size\":\"2\"}]}\0",
          "info-get guestinfo.ip\0"
        }) {
      all.writeBytes(Packet.data(request.getBytes(StandardCharsets.UTF_8)).encoded().array());
    }
    var nics = new ByteArrayOutputStream();
    nics.writeBytes("SetGuestInfo  10 ".getBytes(StandardCharsets.US_ASCII));
    nics.writeBytes(NICS);
    return new byte[][] {
      all.toByteArray(),
      Packet.data(nics.toByteArray()).encoded().array(),
      new Packet(true, new byte[0], true).encoded().array()
    };
  }

  /** Reads packets until the stream ends or is refused, and answers each as a host does. */
  public static void read(byte[] stream) {
    var report = new GuestReport();
    var requests =
        new RpciRequests(
            new GuestVariables(),
            key -> Optional.empty(),
            report,
            event -> true,
            () -> {},
            () -> {});
    try {
      var in = new DataInputStream(new ByteArrayInputStream(stream));
      while (true) {
        Packet packet = Packet.read(in);
        assertThat(packet.payload().length).isLessThanOrEqualTo(Packet.PAYLOAD_BYTES_MAX);
        assertThat(requests.answer(packet.payload()).text()).isNotNull();
        assertThat(report.tools(true).nics().size()).isLessThanOrEqualTo(16);
      }
    } catch (EOFException | MalformedPacketException e) {
      assertThat(stream).isNotNull();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
