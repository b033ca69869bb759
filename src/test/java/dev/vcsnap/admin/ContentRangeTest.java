package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes 0-0/*, 0, 1",
    "bytes 0-99/100, 0, 100",
    "Bytes 10-19/100, 10, 10",
    "bytes 99-99/*, 99, 1",
  })
  void itSaysWhereTheBytesBelong(String header, long offset, long length) {
    var range = new ContentRange(offset, length);
    assertThat(ContentRange.of(header, 100, -1)).isEqualTo(range);
    assertThat(ContentRange.of(header, 100, length)).isEqualTo(range);
    assertThatThrownBy(() -> ContentRange.of(header, 100, length + 1))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(header);
  }

  @Test
  void withoutItTheBytesAreTheWholeDisks() {
    assertThat(ContentRange.of(null, 100, 100)).isEqualTo(new ContentRange(0, 100));
    assertThat(ContentRange.of(null, 100, -1)).isEqualTo(new ContentRange(0, 100));
    assertThatThrownBy(() -> ContentRange.of(null, 100, 99))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("99")
        .hasMessageContaining("100");
  }
}
