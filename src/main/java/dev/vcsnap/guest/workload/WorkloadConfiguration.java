package dev.vcsnap.guest.workload;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.inventory.VirtualMachines;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the workloads of guests. */
@Configuration(proxyBeanMethods = false)
class WorkloadConfiguration {

  @Bean(destroyMethod = "")
  Workloads workloads(Clock clock, Dice dice, VirtualMachines machines) {
    return new Workloads(clock, dice, machines);
  }
}
