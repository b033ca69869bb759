package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.inventory.GuestTools.Family;
import dev.vcsnap.quiesce.QuiesceLimits;
import java.io.File;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the guests in process. */
@Configuration(proxyBeanMethods = false)
class SimulatedGuestConfiguration {

  @Bean
  SimulatedGuests simulatedGuests(
      Timers timers,
      Workloads workloads,
      @Value("${vcsnap.guest.poll-period:1s}") Duration poll,
      @Value("${vcsnap.guest.keep-alive:2500ms}") Duration keepAlive,
      @Value("${vcsnap.guest.timeout:15m}") Duration timeout,
      @Value("${vcsnap.guest.family:linux}") Family family,
      @Value("${vcsnap.guest.behaviour:}") String behaviour,
      @Value("${vcsnap.guest.scripts:}") String scripts,
      QuiesceLimits limits) {
    return new SimulatedGuests(
        timers,
        new AgentTimes(poll, keepAlive, timeout),
        workloads,
        family,
        Behaviour.parse(behaviour),
        scripts.isBlank() ? Optional.empty() : Optional.of(new ScriptFolder(new File(scripts))),
        limits.vssHold());
  }
}
