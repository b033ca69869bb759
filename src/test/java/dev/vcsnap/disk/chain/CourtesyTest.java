package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.clock.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CourtesyTest {

  private final NappingClock clock = new NappingClock();
  private boolean busy;
  private final Courtesy courtesy = new Courtesy(clock, () -> busy);

  @Test
  void aMergeWithoutAGuestDoesNotRest() {
    courtesy.begin();
    clock.pass(Duration.ofMillis(3));
    courtesy.look();
    courtesy.rest();
    assertThat(clock.slept).isZero();
  }

  @Test
  void aMergeRestsAsLongAsItWorkedWhenTheGuestWasSeenOnce() {
    courtesy.begin();
    busy = true;
    courtesy.look();
    busy = false;
    clock.pass(Duration.ofMillis(3));
    courtesy.rest();
    assertThat(clock.slept).isEqualTo(Duration.ofMillis(3));
  }

  @Test
  void aGuestIsStillThereShortlyAfterItsLastRequestAndNotForEver() {
    busy = true;
    courtesy.begin();
    busy = false;
    clock.pass(Duration.ofMillis(40));
    workThreeMillis();
    assertThat(clock.slept).isEqualTo(Duration.ofMillis(3));

    clock.pass(Duration.ofMillis(50));
    workThreeMillis();
    assertThat(clock.slept).isEqualTo(Duration.ofMillis(3));
  }

  @Test
  void aMergeThatWasHeldUpDoesNotRestForThatToo() {
    busy = true;
    courtesy.begin();
    clock.pass(Duration.ofSeconds(30));
    courtesy.look();
    courtesy.rest();
    assertThat(clock.slept).isEqualTo(Duration.ofMillis(20));
  }

  private void workThreeMillis() {
    courtesy.begin();
    clock.pass(Duration.ofMillis(3));
    courtesy.rest();
  }

  /** Time passes when it is told to, and for those who sleep. */
  private static final class NappingClock implements Clock {

    private Duration time = Duration.ZERO;
    private Duration slept = Duration.ZERO;

    void pass(Duration duration) {
      time = time.plus(duration);
    }

    @Override
    public Instant now() {
      return Instant.EPOCH.plus(time);
    }

    @Override
    public long nanoTime() {
      return time.toNanos();
    }

    @Override
    public void sleep(Duration duration) {
      slept = slept.plus(duration);
      pass(duration);
    }
  }
}
