package dev.vcsnap.disk.vmdk.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {

  @Test
  void what_is_taken_is_not_free_again() {
    Places places = new Places(0);
    assertThat(places.claim(65_530, 20)).isTrue();
    assertThat(places.claim(65_549, 1)).isFalse();
    assertThat(places.claim(65_550, 1)).isTrue();
    assertThat(places.claim(65_500, 31)).isFalse();
    assertThat(places.claim(0, 1)).isTrue();
    assertThat(places.moreBehind()).isFalse();
  }

  @Test
  void each_window_looks_at_its_own_places() {
    long border = Places.WINDOW;
    Places first = new Places(0);
    assertThat(first.claim(border - 1, 2)).isTrue();
    assertThat(first.claim(border, 1)).isTrue();
    assertThat(first.moreBehind()).isTrue();
    Places second = new Places(border);
    assertThat(second.claim(border - 1, 2)).isTrue();
    assertThat(second.claim(border - 1, 1)).isTrue();
    assertThat(second.claim(border, 1)).isFalse();
    assertThat(second.claim(7, 1)).isTrue();
    assertThat(second.moreBehind()).isFalse();
  }
}
