package dev.vcsnap.browse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-99, 0, 100",
    "bytes=10-19, 10, 10",
    "bytes=99-99, 99, 1",
    "bytes=0-100, 0, 100",
    "bytes=90-1000000000000, 90, 10",
    "bytes=90-99999999999999999999999999, 90, 10",
    "bytes=50-, 50, 50",
    "bytes=-1, 99, 1",
    "bytes=-100, 0, 100",
    "bytes=-101, 0, 100",
    "bytes=-99999999999999999999999999, 0, 100",
    "Bytes = 010 - 019 , 10, 10",
    "bytes=00000000000000000000000010-19, 10, 10",
  })
  void aRangeIsCutToTheFile(String header, long offset, long length) {
    assertThat(ByteRange.of(header, 100)).isEqualTo(new ByteRange.Part(offset, length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=100-", "bytes=100-200", "bytes=99999999999999999999999999-", "bytes=-0"})
  void aRangeWithNoByteOfTheFileIsOutside(String header) {
    assertThat(ByteRange.of(header, 100)).isEqualTo(new ByteRange.Outside());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=200-100",
        "bytes=a-b",
        "bytes=1-2x",
        "bytes=--1",
        "bytes=1",
        "bytes=0x1-2",
        "items=0-1",
        "bytes=0-1,2-3",
        "bytes=0-1,",
        "bytes=+1-2",
        "bytes=1.0-2",
        "0-1"
      })
  void whatIsMalformedOrInSeveralPartsIsNotAsked(String header) {
    assertThat(ByteRange.of(header, 100)).isEqualTo(new ByteRange.Whole());
  }

  @Test
  void anEmptyFileHasNoByteToAskFor() {
    assertThat(ByteRange.of("bytes=0-", 0)).isEqualTo(new ByteRange.Outside());
    assertThat(ByteRange.of("bytes=-5", 0)).isEqualTo(new ByteRange.Whole());
    assertThat(ByteRange.of(null, 0)).isEqualTo(new ByteRange.Whole());
  }

  @Test
  void theAnswersHeaderNamesFirstAndLastByte() {
    assertThat(new ByteRange.Part(10, 5).contentRange(100)).isEqualTo("bytes 10-14/100");
  }
}
