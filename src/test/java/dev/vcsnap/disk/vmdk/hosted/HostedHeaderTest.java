package dev.vcsnap.disk.vmdk.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostedHeaderTest {

  private static final HostedHeader STREAM = HostedHeader.ofStream(204_801, 128, 20, 128);

  @Test
  void reads_what_it_writes() {
    assertThat(HostedHeader.parse(STREAM.encode(), "here")).isEqualTo(STREAM);
    HostedHeader footer = STREAM.withDirectoryAt(4711);
    assertThat(HostedHeader.parse(footer.encode(), "here")).isEqualTo(footer);
    assertThat(footer.tableCount()).isEqualTo(4);
    assertThat(footer.grainBytesAt(1600)).isEqualTo(512);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, 0, NOT_THIS_FORMAT",
    "4, 4, 0, CORRUPT",
    "4, 4, 4, TOO_NEW",
    "4, 4, -1, TOO_NEW",
    "8, 4, 0x70001, TOO_NEW",
    "8, 4, 0x10001, UNSUPPORTED",
    "8, 4, 1, CORRUPT",
    "12, 8, 0, CORRUPT",
    "12, 8, -1, CORRUPT",
    "12, 8, 0x2000000001, CORRUPT",
    "20, 8, 0, CORRUPT",
    "20, 8, 100, CORRUPT",
    "20, 8, 4, UNSUPPORTED",
    "20, 8, 0x4000000000000000, UNSUPPORTED",
    "28, 8, -2, CORRUPT",
    "36, 8, 1000000, CORRUPT",
    "44, 4, 0x7fffffff, UNSUPPORTED",
    "56, 8, -2, CORRUPT",
    "56, 8, 0, CORRUPT",
    "64, 8, 0, CORRUPT",
    "73, 4, 0x0a0a0a0a, CORRUPT",
    "77, 2, 0, CORRUPT",
    "77, 2, 2, TOO_NEW",
  })
  void refuses_by_name_what_cannot_be(int at, int width, String value, Kind kind) {
    ByteBuffer header = STREAM.encode().order(ByteOrder.LITTLE_ENDIAN);
    long number = Long.decode(value);
    switch (width) {
      case 2 -> header.putShort(at, (short) number);
      case 4 -> header.putInt(at, (int) number);
      default -> header.putLong(at, number);
    }
    assertThatThrownBy(() -> HostedHeader.parse(header, "'disk.vmdk', header"))
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).as("%s", error.getMessage()).isEqualTo(kind);
              assertThat(error.getMessage()).startsWith("'disk.vmdk', header");
            });
  }

  @Test
  void refuses_less_than_a_sector() {
    assertThatThrownBy(() -> HostedHeader.parse(STREAM.encode().limit(511), "here"))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.NOT_THIS_FORMAT));
  }
}
