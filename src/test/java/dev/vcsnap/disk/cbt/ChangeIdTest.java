package dev.vcsnap.disk.cbt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeIdTest {

  private static final String SPACED = "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/81";

  @Test
  @Rule(
      value = "C7",
      says =
          "A changeId is spelled as spaced bytes with a dash in the middle, a slash and a number.",
      by = Witness.CLIENT)
  void bothFormsAreReadAndTheSpacedOneIsWritten() {
    ChangeId id = ChangeId.parse(SPACED);
    assertThat(id.epoch()).isEqualTo(UUID.fromString("52dec0d9-b943-9d10-61d5-4c1be97b6563"));
    assertThat(id.sequence()).isEqualTo(81);
    assertThat(ChangeId.parse("52dec0d9-b943-9d10-61d5-4c1be97b6563/81")).isEqualTo(id);
    assertThat(ChangeId.parse("52DEC0D9-B943-9D10-61D5-4C1BE97B6563/81")).isEqualTo(id);
    assertThat(id).hasToString(SPACED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "/",
        "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63",
        "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/",
        "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/-1",
        "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65/1",
        "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 6g/1",
        "52dec0d9-b943-9d10-61d5/81",
        "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/99999999999999999999",
        "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/1/2"
      })
  void anythingElseIsRefusedByItsValue(String text) {
    assertThatThrownBy(() -> ChangeId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
