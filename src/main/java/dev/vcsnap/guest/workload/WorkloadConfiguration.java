package dev.vcsnap.guest.workload;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.objects.ObjectRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the workloads of guests. */
@Configuration(proxyBeanMethods = false)
class WorkloadConfiguration {

  @Bean(destroyMethod = "")
  DiskWorkloads workloads(Clock clock, Dice dice, ObjectRegistry objects) {
    return new DiskWorkloads(clock, dice, objects);
  }
}
