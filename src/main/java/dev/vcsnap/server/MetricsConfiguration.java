package dev.vcsnap.server;

import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.nbd.NbdListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Publishes what the engine and the NBD server count. */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

  @Bean
  MeterBinder diskMetrics(VirtualMachines machines) {
    return registry ->
        Gauge.builder("vcsnap.owner.map", machines, MetricsConfiguration::ownerMapBytes)
            .baseUnit("bytes")
            .description("Memory of the maps that say which link holds which grain")
            .register(registry);
  }

  private static double ownerMapBytes(VirtualMachines machines) {
    return machines.all().stream()
        .flatMap(machine -> machine.disks().values().stream())
        .mapToLong(RunningDisk::ownerMapBytes)
        .sum();
  }

  @Bean
  NbdListener nbdMetrics(MeterRegistry meters) {
    return new NbdMetrics(meters);
  }
}
