package dev.vcsnap.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.VimException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The spelling of simple values in both directions, and of the two headers that matter. */
class SoapTextTest {

  @Test
  void text_is_escaped_and_what_xml_cannot_spell_is_replaced() {
    assertThat(new XmlBuffer().text("<a>&\"'\r\n\t").toString())
        .isEqualTo("&lt;a&gt;&amp;\"'&#xD;\n\t");
    assertThat(new XmlBuffer().text("\u0000\u0008\u001F\uFFFE\uFFFF\uD800x\uDC00").toString())
        .isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDx\uFFFD");
    assertThat(new XmlBuffer().text("\u007Fé€\uD83D\uDE00\uD83D").toString())
        .isEqualTo("\u007Fé€\uD83D\uDE00\uFFFD");
    assertThat(new XmlBuffer().attribute("a\"<").toString()).isEqualTo("a&quot;&lt;");
  }

  @Test
  void text_longer_than_the_buffer_arrives_whole() {
    String text = "日本<".repeat(10_000);
    assertThat(new XmlBuffer().text(text).toString()).isEqualTo(text.replace("<", "&lt;"));
  }

  @ParameterizedTest
  @CsvSource({
    "2024-06-07T08:09:10Z, 2024-06-07T08:09:10Z",
    "2024-06-07T08:09:10.5Z, 2024-06-07T08:09:10.5Z",
    "2024-06-07T08:09:10.000001Z, 2024-06-07T08:09:10.000001Z",
    "2024-06-07T08:09:10.123456789Z, 2024-06-07T08:09:10.123456Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z"
  })
  void times_are_written_in_utc_with_six_digits_at_most(String time, String expected) {
    assertThat(new XmlBuffer().time(Instant.parse(time)).toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2024-06-07T08:09:10Z, 2024-06-07T08:09:10Z",
    "2024-06-07T08:09:10, 2024-06-07T08:09:10Z",
    "2024-06-07T08:09:10.25, 2024-06-07T08:09:10.250Z",
    "2024-06-07T08:09:10.123456789012Z, 2024-06-07T08:09:10.123456789Z",
    "2024-06-07T08:09:10+02:00, 2024-06-07T06:09:10Z",
    "' 2024-06-07T08:09:10-00:30 ', 2024-06-07T08:39:10Z"
  })
  void times_are_read_with_and_without_zone_and_fraction(String text, Instant expected) {
    assertThat(Scalars.parse(Kind.DATE_TIME, text, "t")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "DATE_TIME, 2024-06-07",
    "DATE_TIME, 2024-13-07T08:09:10Z",
    "DATE_TIME, 2024-06-07T08:09:1012",
    "BYTE, 128",
    "SHORT, -32769",
    "INT, 2147483648",
    "INT, ٣",
    "INT, 0x10",
    "INT, ''",
    "LONG, 9223372036854775808",
    "FLOAT, 1f",
    "DOUBLE, 0x1p3",
    "DOUBLE, Infinity",
    "BOOLEAN, TRUE",
    "BINARY, A"
  })
  void values_that_a_type_lacks_are_refused_by_name(Kind kind, String text) {
    assertThatThrownBy(() -> Scalars.parse(kind, text, "member"))
        .isInstanceOf(VimException.class)
        .hasMessageContaining("\"" + text + "\" of \"member\" is not a valid");
  }

  @Test
  void values_are_read_in_every_spelling_of_the_schema() {
    assertThat(Scalars.parse(Kind.BOOLEAN, " 1\n", "x")).isEqualTo(true);
    assertThat(Scalars.parse(Kind.INT, "+7", "x")).isEqualTo(7);
    assertThat(Scalars.parse(Kind.BYTE, "-128", "x")).isEqualTo((byte) -128);
    assertThat(Scalars.parse(Kind.DOUBLE, ".5E1", "x")).isEqualTo(5.0);
    assertThat(Scalars.parse(Kind.FLOAT, "-INF", "x")).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Scalars.parse(Kind.BINARY, "AQ\n I=", "x")).isEqualTo(new byte[] {1, 2});
    assertThat(Scalars.parse(Kind.STRING, " a ", "x")).isEqualTo(" a ");
  }

  @ParameterizedTest
  @CsvSource({
    "urn:vim25/8.0.2.0, 8.0.2.0",
    "'\"urn:vim25/6.0\"', 6.0",
    "urn:vim25/9.1.0.0, 8.0.3.0",
    "urn:vim25/2.5u2, 2.5u2",
    "urn:vim25, 8.0.3.0",
    "urn:other/1.0, 8.0.3.0",
    "'', 2.0",
    "'\"\"', 2.0"
  })
  void the_version_is_read_from_the_action(String action, String expected) {
    assertThat(SoapAction.release(action)).isEqualTo(Release.parse(expected));
  }
}
