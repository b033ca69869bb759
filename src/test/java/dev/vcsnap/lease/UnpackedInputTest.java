package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class UnpackedInputTest {

  @Test
  void closing_it_ends_the_unpacking_and_leaves_the_packed_open() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var packing = new GZIPOutputStream(packed)) {
      packing.write(new byte[100_000]);
    }
    var source =
        new FilterInputStream(new ByteArrayInputStream(packed.toByteArray())) {
          private boolean closed;

          @Override
          public void close() {
            closed = true;
          }
        };
    var unpacked = new UnpackedInput(source, 16);
    assertThat(unpacked.readNBytes(1000)).containsOnly(0);
    unpacked.close();
    assertThat(source.closed).isFalse();
    assertThatThrownBy(unpacked::readAllBytes).hasMessageContaining("closed");
  }
}
