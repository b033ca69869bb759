package dev.vcsnap.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuantityTest {

  @Test
  void writesSizesWithAtMostThreeDigits() {
    assertThat(Quantity.bytes(0)).isEqualTo("0 B");
    assertThat(Quantity.bytes(1023)).isEqualTo("1023 B");
    assertThat(Quantity.bytes(1024)).isEqualTo("1 KiB");
    assertThat(Quantity.bytes(1_258_291)).isEqualTo("1.2 MiB");
    assertThat(Quantity.bytes(24 << 20)).isEqualTo("24 MiB");
    assertThat(Quantity.bytes((1 << 20) - 1)).isEqualTo("1 MiB");
    assertThat(Quantity.bytes(1L << 30)).isEqualTo("1 GiB");
  }

  @Test
  void writesTimesInTheUnitThatFits() {
    assertThat(Quantity.time(Duration.ofNanos(1))).isEqualTo("1 ms");
    assertThat(Quantity.time(Duration.ofMillis(23))).isEqualTo("23 ms");
    assertThat(Quantity.time(Duration.ofMillis(1_449))).isEqualTo("1.4 s");
  }
}
