package dev.vcsnap.guest.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Packets as open-vm-tools 12.2.0 put them on the wire. */
class PacketTest {

  private static Packet read(String hex) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return Packet.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Test
  void reads_a_request_that_is_the_last() throws Exception {
    Packet packet =
        read(
            "00000030 00000001 00000001 00000001 00000000"
                + " 00000002 00000002 00000004 70696e67"
                + " 00000001 00000003 00000001 00000000");
    assertThat(packet.payload()).asString().isEqualTo("ping");
    assertThat(packet.last()).isTrue();
    assertThat(packet.ping()).isFalse();
  }

  @Test
  void reads_a_sign_of_life() throws Exception {
    assertThat(read("00000010 00000001 00000001 00000002 00000000").ping()).isTrue();
  }

  @Test
  void skips_fields_that_it_does_not_know() throws Exception {
    Packet packet =
        read(
            "0000002e 00000002 00000063 00000002 6869"
                + " 00000001 00000001 00000001 00000000"
                + " 00000002 00000002 00000004 70696e67");
    assertThat(packet.payload()).asString().isEqualTo("ping");
  }

  @Test
  void writes_what_it_reads() throws Exception {
    for (Packet packet :
        new Packet[] {
          Packet.data(new byte[0]),
          Packet.data(new byte[Packet.PAYLOAD_BYTES_MAX]),
          new Packet(false, new byte[] {1, 2, 3}, true)
        }) {
      Packet again =
          Packet.read(new DataInputStream(new ByteArrayInputStream(packet.encoded().array())));
      assertThat(again.payload()).isEqualTo(packet.payload());
      assertThat(again.last()).isEqualTo(packet.last());
    }
  }

  @Test
  void refuses_a_length_before_it_takes_room_for_it() {
    assertThatThrownBy(() -> read("7fffffff"))
        .isInstanceOf(MalformedPacketException.class)
        .hasMessageContaining("2147483647 bytes");
    assertThatThrownBy(() -> read("ffffffff")).isInstanceOf(MalformedPacketException.class);
  }

  @Test
  void refuses_a_field_that_is_longer_than_its_packet() {
    assertThatThrownBy(() -> read("00000010 00000002 00000002 7fffffff 00000000"))
        .isInstanceOf(MalformedPacketException.class);
  }

  @Test
  void refuses_a_type_of_field_that_there_is_not() {
    assertThatThrownBy(() -> read("00000010 00000003 00000001 00000001 00000000"))
        .isInstanceOf(MalformedPacketException.class)
        .hasMessageContaining("unknown type 3");
  }

  @Test
  void refuses_a_packet_without_a_type() {
    assertThatThrownBy(() -> read("00000000")).isInstanceOf(MalformedPacketException.class);
  }

  @Test
  void tells_the_end_of_the_stream_from_a_bad_packet() {
    assertThatThrownBy(() -> read("00000010 00000001")).isInstanceOf(EOFException.class);
  }
}
