package dev.vcsnap.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.inventory.StillClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class DepartureTest {

  private final List<GuestWish> gone = new ArrayList<>();
  private final List<BooleanSupplier> still = new ArrayList<>();
  private final StillClock clock = new StillClock();
  private final Departure departure =
      new Departure(
          clock,
          (wish, stays) -> {
            gone.add(wish);
            still.add(stays);
          });

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

  @Test
  void an_end_long_after_the_wish_concludes_nothing() {
    departure.expect(GuestWish.SHUTDOWN);
    clock.advance(Departure.LIMIT.plusSeconds(1));
    departure.ended(true);
    departure.ended(true);
    assertThat(gone).isEmpty();
  }

  @Test
  void a_guest_that_is_back_has_not_stayed_away() {
    departure.expect(GuestWish.SHUTDOWN);
    departure.ended(true);
    assertThat(still.getFirst().getAsBoolean()).isTrue();
    departure.cancel();
    assertThat(still.getFirst().getAsBoolean()).isFalse();
  }
}
