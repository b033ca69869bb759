package dev.vcsnap.guest;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.task.TaskService;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the choice of guests; each provider comes from a configuration of its own. */
@Configuration(proxyBeanMethods = false)
class GuestConfiguration {

  @Bean
  ProvidedGuests providedGuests(
      ObjectProvider<GuestProvider> providers,
      @Value("${vcsnap.guest.provider:simulated}") String byDefault) {
    return new ProvidedGuests(providers.stream().toList(), byDefault);
  }

  @Bean
  DepartedGuests departedGuests(TaskService tasks, PowerService power, Clock clock) {
    return new DepartedGuests(tasks, power, clock);
  }
}
