package dev.vcsnap.quiesce;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.ClockTimers;
import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.inventory.Guests;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Wires the host's side of quiescing. */
@Configuration(proxyBeanMethods = false)
class QuiesceConfiguration {

  @Bean
  Timers timers(Clock clock) {
    return new ClockTimers(clock);
  }

  @Bean
  QuiesceRecords quiesceRecords() {
    return new QuiesceRecords();
  }

  @Bean
  QuiesceLimits quiesceLimits(
      @Value("${vcsnap.quiesce.silence-limit:10s}") Duration silence,
      @Value("${vcsnap.quiesce.timeout:15m}") Duration total,
      @Value("${vcsnap.quiesce.vss-hold-limit:10s}") Duration vssHold,
      @Value("${vcsnap.quiesce.clean-up-limit:30s}") Duration cleanUp) {
    return new QuiesceLimits(silence, total, vssHold, cleanUp);
  }

  @Bean
  QuiesceService quiesceService(
      GuestAgents agents,
      Guests guests,
      QuiesceLimits limits,
      Clock clock,
      Timers timers,
      QuiesceRecords records,
      MeterRegistry meters,
      @Value("${vcsnap.quiesce.overrun-is-filesystem-fault:true}") boolean overrunIsFilesystem,
      @Value("${vcsnap.quiesce.level:application}") Consistency level) {
    return new QuiesceService(
        agents,
        guests,
        limits,
        overrunIsFilesystem,
        level,
        clock,
        timers,
        records,
        new QuiesceMetrics(meters)::ended);
  }

  @Bean
  @Primary
  Quiescer quiescer(QuiesceService service, MeterRegistry meters) {
    return new WatchingQuiescer(service, meters);
  }
}
