package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.schedule.WakeUps;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class WakeUpTableTest {

  private final StillClock clock = new StillClock();
  private final LinkedBlockingQueue<String> woken = new LinkedBlockingQueue<>();

  @EachDatabase
  void a_time_is_kept_across_a_restart_and_may_repeat(Database database) throws Exception {
    Instant time = clock.now().plusSeconds(3600);
    try (WakeUps before = open(database)) {
      before.set("a", time);
      before.set("b", time);
      before.set("b", time.plusSeconds(3600));
      before.set("gone", time);
      before.cancel("gone");
      before.cancel("never set");
    }
    clock.advance(Duration.ofMinutes(61));
    try (WakeUps after = open(database)) {
      after.start(id -> {
        woken.add(id);
        return woken.size() < 2 ? Optional.of(clock.now()) : Optional.empty();
      });
      after.set("c", clock.now().plusSeconds(60_000));
      assertThat(woken.poll(20, TimeUnit.SECONDS)).isEqualTo("a");
      clock.advance(Duration.ofMinutes(60));
      assertThat(woken.poll(20, TimeUnit.SECONDS)).isIn("a", "b");
    }
  }

  private WakeUps open(Database database) {
    return new WakeUpTable(database.dataSource(), clock, Duration.ofMillis(20));
  }
}
