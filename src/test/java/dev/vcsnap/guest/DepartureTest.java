package dev.vcsnap.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.inventory.GuestWish;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DepartureTest {

  private final List<GuestWish> gone = new ArrayList<>();
  private final Departure departure = new Departure(gone::add);

  @Test
  void a_guest_that_was_not_asked_has_not_gone() {
    departure.ended(true);
    assertThat(gone).isEmpty();
  }

  @Test
  void a_guest_that_was_asked_goes_once() {
    departure.expect(GuestWish.SHUTDOWN);
    departure.ended(true);
    departure.ended(true);
    assertThat(gone).containsExactly(GuestWish.SHUTDOWN);
  }

  @Test
  void silence_is_sleep_and_not_the_end() {
    departure.expect(GuestWish.SHUTDOWN);
    departure.ended(false);
    assertThat(gone).isEmpty();
    departure.expect(GuestWish.STANDBY);
    departure.ended(false);
    assertThat(gone).containsExactly(GuestWish.STANDBY);
  }

  @Test
  void a_guest_that_starts_again_or_is_back_has_not_gone() {
    departure.expect(GuestWish.REBOOT);
    departure.ended(true);
    departure.expect(GuestWish.SHUTDOWN);
    departure.cancel();
    departure.ended(true);
    assertThat(gone).isEmpty();
  }
}
