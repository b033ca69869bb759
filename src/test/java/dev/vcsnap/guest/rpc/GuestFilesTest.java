package dev.vcsnap.guest.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestFilesTest {

  private static final String PATH = "/etc/vmware-tools/quiesce_manifest.xml";

  /** What the guest was asked, as operations. */
  private final List<Integer> asked = new ArrayList<>();

  private byte[] content = {};

  /** What it gives at a time, however much it is asked for. */
  private int partMax = Integer.MAX_VALUE;

  /** The server of shared folders in Tools, written down a second time. */
  private byte[] serve(byte[] request) {
    ByteBuffer in = ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(in.get()).isEqualTo((byte) 'f');
    assertThat(in.get()).isEqualTo((byte) ' ');
    int id = in.getInt();
    int operation = in.getInt();
    asked.add(operation);
    ByteBuffer out = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
    out.put("OK ".getBytes(StandardCharsets.US_ASCII)).putInt(id);
    switch (operation) {
      case 0 -> {
        assertThat(in.getInt()).as("mode").isZero();
        assertThat(in.getInt()).as("flags").isZero();
        in.get();
        byte[] name = new byte[in.getInt()];
        in.get(name);
        assertThat(in.get()).as("the end of the name").isZero();
        boolean known =
            new String(name, StandardCharsets.UTF_8)
                .equals("root\0etc\0vmware-tools\0quiesce_manifest.xml");
        out.putInt(known ? 0 : 1).putInt(7);
      }
      case 1 -> {
        assertThat(in.getInt()).as("handle").isEqualTo(7);
        int from = Math.toIntExact(in.getLong());
        int length = Math.min(partMax, Math.min(in.getInt(), content.length - from));
        out.putInt(0).putInt(length).put(content, from, length);
      }
      default -> {
        assertThat(operation).isEqualTo(3);
        assertThat(in.getInt()).as("handle").isEqualTo(7);
        out.putInt(0);
      }
    }
    assertThat(in.hasRemaining()).as("more than the request").isFalse();
    return Arrays.copyOf(out.array(), out.position());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 65536})
  void a_file_is_read_to_its_end_and_closed(int bytes) throws IOException {
    content = new byte[bytes];
    Arrays.fill(content, (byte) 0xA5);
    assertThat(new GuestFiles(this::serve).read(PATH)).isEqualTo(content);
    assertThat(asked).startsWith(0).endsWith(3).hasSize((bytes + 4095) / 4096 + 3);
  }

  @Test
  void a_file_that_comes_in_less_than_was_asked_for_is_read_to_its_end() throws IOException {
    content = new byte[10_000];
    Arrays.fill(content, (byte) 0xA5);
    partMax = 999;
    assertThat(new GuestFiles(this::serve).read(PATH)).isEqualTo(content);
  }

  @Test
  void a_file_whose_server_stops_answering_is_no_file() {
    content = new byte[10_000];
    GuestFiles.Guest hanging =
        request -> {
          if (asked.size() == 2) {
            throw new IOException("the time for the guest's answers is over");
          }
          return serve(request);
        };
    assertThatThrownBy(() -> new GuestFiles(hanging).read(PATH)).hasMessageContaining("is over");
  }

  @Test
  void a_file_that_is_too_long_is_refused_and_closed() {
    content = new byte[GuestFiles.BYTES_MAX + 1];
    assertThatThrownBy(() -> new GuestFiles(this::serve).read(PATH))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("65536");
    assertThat(asked).endsWith(3);
  }

  @Test
  void what_the_guest_does_not_give_is_told() {
    assertThatThrownBy(() -> new GuestFiles(this::serve).read("/etc/shadow"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 1");
    assertThatThrownBy(() -> new GuestFiles(this::serve).read("C:\\x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("C:\\x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ERROR Unknown Command",
        "OK ",
        "OK 1234567",
        "OK \0\0\0\0\0\0\0\0",
        "OK \0\0\0\0\0\0\0\0\7\0\0"
      })
  void answers_that_make_no_sense_are_refused(String answer) {
    assertThatThrownBy(() ->
            new GuestFiles(request -> answer.getBytes(StandardCharsets.ISO_8859_1)).read(PATH))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_length_that_is_none_is_refused() {
    GuestFiles.Guest lying =
        request -> {
          byte[] reply = serve(request);
          if (asked.getLast() == 1) {
            Arrays.fill(reply, 11, 15, (byte) 0xFF);
          }
          return reply;
        };
    content = new byte[10];
    assertThatThrownBy(() -> new GuestFiles(lying).read(PATH)).isInstanceOf(IOException.class);
    assertThat(asked).endsWith(3);
  }
}
